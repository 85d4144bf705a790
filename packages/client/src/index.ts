export type { AnyResource } from './any-resource.js'
export type { PveApi, PveDelete, PveGet, PvePost, PvePut } from './api/pve-9.2.js'
export type { CallOptions, Flag, NoParams, Timeouts, Upid } from './call-types.js'
export { type ClientMethods, createClient, type PveClient } from './client.js'
export type { Auth } from './auth.js'
export type { ClientOptions, HostOptions, TransportOptions } from './client-options.js'
export type { Clock } from './clock.js'
export {
  ApiError,
  AuthenticationError,
  type FailedRequest,
  ProxkitError,
  TaskError,
  TimeoutError,
  TransportError,
  UploadError,
} from './errors.js'
export type { TlsOptions } from './https/connector.js'
export type { TicketPair } from './https/credentials.js'
export type {
  AskSecondFactor,
  SecondFactor,
  SecondFactorKind,
  SecondFactorOffer,
} from './https/second-factor.js'
export type { OpenIdOptions } from './https/sign-in.js'
export type { Session } from './session.js'
export type { PathId } from './path.js'
export type { FinishedTask, WaitOptions } from './wait-for-task.js'
export type {
  ApiRequest,
  ApiResponse,
  Content,
  Interceptor,
  Params,
  ParamValue,
  Transport,
  Upload,
  Verb,
} from '@proxkit/schema'
