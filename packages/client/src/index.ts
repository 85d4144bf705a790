export type { AnyResource } from './any-resource.js'
export type { PveApi, PveDelete, PveGet, PvePost, PvePut } from './api/pve-9.2.js'
export type {
  CallOptions,
  FinishedTask,
  Flag,
  FollowOptions,
  NoParams,
  PathId,
  Relative,
  Task,
  Upid,
  WaitOptions,
} from './call-types.js'
export { type ClientMethods, createClient } from './client.js'
export type { Clients, Newest, PveClient, Version } from './clients.js'
export type { Auth, ClientOptions, HostOptions, TransportOptions } from './client-options.js'
export type { Clock } from './clock.js'
export {
  ApiError,
  AuthenticationError,
  type FailedRequest,
  ProxkitError,
  TaskError,
  TimeoutError,
  TransportError,
} from './errors.js'
export type { TlsOptions } from './https/connector.js'
export { isTask } from './tasks/task.js'
export type {
  ApiRequest,
  ApiResponse,
  Interceptor,
  Params,
  ParamValue,
  Product,
  Transport,
  Verb,
} from '@proxkit/schema'
