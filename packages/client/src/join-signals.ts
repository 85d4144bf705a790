/** One signal that is aborted with whichever is first. */
export const joinSignals = (
  ofClient: AbortSignal | undefined,
  ofCall: AbortSignal | undefined,
): AbortSignal | undefined =>
  ofClient && ofCall ? AbortSignal.any([ofClient, ofCall]) : (ofClient ?? ofCall)
