export type { PveApi, PveDelete, PveGet, PvePost, PvePut } from './api/pve-9.2.js'
export type { Auth } from './auth.js'
export type {
  AnyResource,
  CallOptions,
  Change,
  Changes,
  FinishedTask,
  Flag,
  FollowOptions,
  NoParams,
  PathId,
  Relative,
  Task,
  Timeouts,
  Upid,
  WaitOptions,
  WatchOptions,
} from './call-types.js'
export { type ClientMethods, createClient } from './client.js'
export type { ClientOf, Clients, Newest, PveClient, Version } from './clients.js'
export type { ClientOptions, HostOptions, TransportOptions } from './client-options.js'
export type { Clock } from './clock.js'
export type { ErrorCode } from './error-code.js'
export {
  ApiError,
  AuthenticationError,
  FileError,
  type FailedRequest,
  ProxkitError,
  TaskError,
  TimeoutError,
  TransportError,
  UploadError,
} from './errors.js'
export type { TlsOptions } from './https/tls-options.js'
export type { TicketPair } from './https/credentials.js'
export type {
  AskSecondFactor,
  SecondFactor,
  SecondFactorKind,
  SecondFactorOffer,
} from './https/second-factor.js'
export type { AskPassword, OpenIdOptions } from './https/sign-in.js'
export type { Session } from './session.js'
export { isTask } from './tasks/task.js'
export type { ChecksumAlgorithm } from './tools/checksum-algorithms.js'
export { findChecksum, type FindChecksumOptions } from './tools/find-checksum.js'
export { splitCommand } from './tools/split-command.js'
export type {
  Checksum,
  ConsoleTools,
  DownloadFileOptions,
  ExecOptions,
  ExecResult,
  FileContent,
  GuestTools,
  Screen,
  ScreenOptions,
  StorageTools,
  Terminal,
  TerminalOptions,
  Transfer,
  UploadFileOptions,
} from './tools/tool-types.js'
export type {
  ApiRequest,
  ApiResponse,
  Content,
  Interceptor,
  Params,
  ParamValue,
  Product,
  Transport,
  Upload,
  Verb,
} from '@proxkit/schema'
