export type { Cluster } from './cluster.js'
export type { CodegenOptions } from './codegen/codegen.js'
export { createGateway, type Gateway, type GatewayOptions } from './create-gateway.js'
export type { Admission, Admitted, Door, Knock, Refused } from './door/door.js'
export type {
  Access,
  CallerRules,
  GuestScope,
  ParameterRule,
  Policy,
  PolicyChoice,
  SignatureAlgorithm,
  TokenRules,
} from './door/access.js'
export { ConfigurationError } from './configuration.js'
export { readAccess } from './door/access-file.js'
export { guardedDoor, type GuardedDoorOptions } from './door/guarded-door.js'
export { ownCredentials } from './door/own-credentials.js'
export type { LogOptions } from './operations/logging.js'
export type { ErrorBody } from './rest/refusal.js'
export { sharedTransport, type Upstream } from './upstream/upstream.js'
export {
  type HeldLogin,
  ticketLogin,
  type TicketLoginOptions,
  tokenLogin,
} from './upstream/held-login.js'
export type { CallQueueOptions } from './upstream/call-queue.js'
export { guardUpstream, type GuardOptions } from './upstream/guard-upstream.js'
export { type RedisStore, redisStore } from './upstream/redis-store.js'
export type { SharedReadsOptions } from './upstream/shared-reads.js'
export { memoryStore, type SharedStore } from './upstream/shared-store.js'
export { type AuditFile, openAuditFile } from './door/audit-file.js'
export { auditedDoor, type AuditOptions, type AuditRecord } from './door/audited-door.js'
export { limitedDoor, type RateLimit } from './door/limited-door.js'
export type { Protection } from './door/protect.js'
export type { UnknownRule } from './verify/verifier.js'
export { type ClusterPlace, readClusters } from './upstream/clusters-file.js'
