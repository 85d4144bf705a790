const noManager =
  'no manager of high availability has told of the nodes, which adds its word to their rows'

/** Exchanges whose answers are not those of the recorded servers, and why. */
export const knownDifferences: Readonly<Record<string, string>> = {
  'TestClusterAndHAReads 2 GET /cluster/resources': noManager,
}
