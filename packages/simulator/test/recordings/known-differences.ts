const noManager =
  'no manager of high availability has told of the nodes, which adds its word to their rows'

const staysPut =
  'the managers of high availability are not simulated: nothing is moved or started by them'

/** Exchanges whose answers are not those of the recorded servers, and why. */
export const knownDifferences: Readonly<Record<string, string>> = {
  'TestClusterAndHAReads 2 GET /cluster/resources': noManager,
  'TestHAResourceMigrate 11 GET /cluster/resources?type=vm': staysPut,
  'TestHAResourceMigrate 12 GET /cluster/resources?type=vm': staysPut,
  'TestHAResourceMigrate 13 GET /cluster/resources?type=vm': staysPut,
  'TestHAResourceMigrate 14 POST /cluster/ha/resources/vm:9301/migrate': staysPut,
  'TestHAResourceMigrate 15 GET /cluster/resources?type=node': noManager,
  'TestHAResourceMigrate 17 GET /cluster/ha/status/current': staysPut,
  'TestHAResourceMigrate 18 GET /cluster/ha/status/current': staysPut,
  'TestHAResourceMigrate 19 GET /cluster/ha/status/current': staysPut,
  'TestHAResourceMigrate 20 GET /cluster/ha/status/current': staysPut,
  'TestHAResourceMigrate 24 GET /cluster/resources?type=vm': staysPut,
  'TestHAResourceMigrate 30 GET /cluster/resources?type=vm': staysPut,
  'TestHAResourceMigrate 32 GET /nodes/pve3-dogfood/tasks/UPID/status': staysPut,
  'TestHAResourceMigrate 33 DELETE /nodes/pve3-dogfood/qemu/9302': staysPut,
  'TestHAResourceMigrate 34 GET /nodes/pve3-dogfood/tasks/UPID/status': staysPut,
}
