export { createSimulator } from './create-simulator.js'
export type { Simulator, SimulatorListenOptions, SimulatorOptions } from './create-simulator.js'
export { instantClock, manualClock, realClock } from './engine/clock.js'
export type { Clock, ManualClock } from './engine/clock.js'
export type { IdentityServer, Person } from './pve/access/identity-server.js'
export type { Listener } from './engine/http/listen.js'
export type { ClusterSnapshot, NodeFault } from './pve/state.js'
export { defaultRootPassword } from './seeds/build-seed.js'
export { parseSeed } from './seeds/parse-seed.js'
export { SeedError } from './seeds/seed-error.js'
export type {
  Seed,
  SeedAcl,
  SeedGuest,
  SeedNode,
  SeedPool,
  SeedStorage,
  SeedToken,
  SeedUser,
} from './seeds/seed.js'
