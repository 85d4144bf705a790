export { createSimulator } from './create-simulator.js'
export type {
  NodeChange,
  Simulator,
  SimulatorListenOptions,
  SimulatorOptions,
  StorageChange,
} from './create-simulator.js'
export type {
  ActiveFault,
  CallEffect,
  CallFaultRule,
  FaultRule,
  TaskEffect,
  TaskFaultRule,
} from './control/fault-rule.js'
export { parseFaults, parseOverrides } from './control/parse-control.js'
export type { Coverage, OperationCoverage } from './control/coverage.js'
export type { Faults } from './control/faults.js'
export type { OverrideMap, Overrides } from './control/overrides.js'
export type { LoggedRequest, RequestLog } from './control/request-log.js'
export type { EtcPve } from './etc-pve/etc-pve.js'
export { parseRecording } from './recording/parse-recording.js'
export type { RecordedExchange } from './recording/recorded-exchange.js'
export { createRecorder } from './recording/recorder.js'
export type { Recorder } from './recording/recorder.js'
export type { Recording } from './recording/recording.js'
export { realClock } from './engine/real-clock.js'
export type { AdjustableClock } from './engine/real-clock.js'
export { instantClock, manualClock } from './engine/clock.js'
export type { Clock, ManualClock } from './engine/clock.js'
export type { IdentityServer, Person } from './pve/access/identity-server.js'
export type { Listener } from './engine/http/listen.js'
export type { ClusterSnapshot, NodeFault } from './pve/state.js'
export { defaultRootPassword } from './seeds/build-seed.js'
export { withSimulator } from './with-simulator.js'
export { parseSeed } from './seeds/parse-seed.js'
export { SeedError } from './seeds/seed-error.js'
export type {
  Seed,
  SeedAcl,
  SeedDatastore,
  SeedGuest,
  SeedNode,
  SeedPool,
  SeedSnapshot,
  SeedStorage,
  SeedToken,
  SeedUser,
} from './seeds/seed.js'
