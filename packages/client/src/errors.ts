import type { ApiRequest, ApiResponse, Verb } from '@proxkit/schema'
import type { Upid } from './call-types.js'
import { type ErrorCode, errorCodeOf } from './error-code.js'
import { maskFailure, secretsOf } from './secrets.js'

/** Which call failed. Parameters are left out, since they may hold passwords. */
export interface FailedRequest {
  readonly verb: Verb
  readonly path: string
}

/** Every error that this package makes is one of these. */
export class ProxkitError extends Error {
  static {
    // On the prototype, so that an inspected error does not list its name among its facts.
    this.prototype.name = 'ProxkitError'
  }
}

/** The server answered with a status that means failure; `message` is the server's own text. */
export class ApiError extends ProxkitError {
  static {
    this.prototype.name = 'ApiError'
  }

  readonly status: number
  /** Message per parameter, where the server told one. */
  declare readonly errors?: Readonly<Record<string, string>>
  /** The code with which `pvesh` or `pmgsh` ended, where the call was a run of it. */
  declare readonly exitCode?: number
  /** What programs branch on, where it is one of the usual reasons. */
  declare readonly code?: ErrorCode
  /** What the call needs by the API's definition, such as `VM.PowerMgmt on /vms/100`, where permission was missing. */
  declare readonly needs?: string
  readonly request: FailedRequest

  constructor(request: FailedRequest, response: ApiResponse, needs?: string) {
    super(response.message ?? `HTTP status ${response.status} without a message`)
    this.status = response.status
    if (response.exitCode !== undefined) this.exitCode = response.exitCode
    if (response.errors) this.errors = response.errors
    const texts = [response.message ?? '', ...Object.values(response.errors ?? {})]
    const code = texts.map((text) => errorCodeOf(text, response.status)).find(Boolean)
    if (code) this.code = code
    if (needs !== undefined) this.needs = needs
    this.request = { verb: request.verb, path: request.path }
  }
}

/** The server did not accept the credentials: a wrong password or token, or a second factor is missing. */
export class AuthenticationError extends ApiError {
  static {
    this.prototype.name = 'AuthenticationError'
  }

  /** The second factors that would be accepted (`totp`, `recovery`, …), where one is missing. */
  declare readonly secondFactors?: readonly string[]

  constructor(request: FailedRequest, response: ApiResponse, secondFactors?: readonly string[]) {
    super(request, response)
    if (secondFactors) this.secondFactors = secondFactors
  }
}

/** No answer came: the host could not be reached, its certificate is not trusted, or the connection broke. */
export class TransportError extends ProxkitError {
  static {
    this.prototype.name = 'TransportError'
  }

  /** `https://pve1:8006`, or however the transport names the other side. */
  readonly host: string
  /** Code of the cause, such as `ECONNREFUSED`. */
  declare readonly code?: string
  /** `connect`: nothing was sent. `exchange`: the server may have carried out the call. */
  readonly stage: 'connect' | 'exchange'
  declare readonly request?: FailedRequest

  constructor(message: string, facts: TransportErrorFacts) {
    super(message, 'cause' in facts ? { cause: facts.cause } : undefined)
    this.host = facts.host
    this.stage = facts.stage
    if (facts.code !== undefined) this.code = facts.code
    if (facts.request) this.request = { verb: facts.request.verb, path: facts.request.path }
  }
}

export interface TransportErrorFacts {
  readonly host: string
  readonly stage: 'connect' | 'exchange'
  readonly code?: string
  readonly request?: FailedRequest
  readonly cause?: unknown
}

/** The content of an upload was not what was announced, or could not be read; the server took nothing. */
export class UploadError extends ProxkitError {
  static {
    this.prototype.name = 'UploadError'
  }
}

/** Time ran out. The call, or the task that was waited for, may still go on at the server. */
export class TimeoutError extends ProxkitError {
  static {
    this.prototype.name = 'TimeoutError'
  }

  /** The limit, in milliseconds. */
  readonly timeout: number
  /** `idle`: nothing moved for so long; `total`: it was not done in all that time. */
  readonly limit: 'idle' | 'total'

  constructor(message: string, timeout: number, limit: 'idle' | 'total' = 'total') {
    super(message)
    this.timeout = timeout
    this.limit = limit
  }
}

/** A task ended with something else than `OK` or warnings. */
export class TaskError extends ProxkitError {
  static {
    this.prototype.name = 'TaskError'
  }

  readonly upid: Upid
  /** What programs branch on, where it is one of the usual reasons. */
  declare readonly code?: ErrorCode
  /** What the task said at its end, such as `can't lock file … - got timeout`. */
  readonly exitStatus: string
  /** The last lines of its log; empty where the log could not be read. */
  readonly log: readonly string[]

  constructor(upid: Upid, exitStatus: string, log: readonly string[]) {
    super(`task ${upid} failed: ${exitStatus}`)
    this.upid = upid
    const code = errorCodeOf(exitStatus)
    if (code) this.code = code
    this.exitStatus = exitStatus
    this.log = log
  }
}

/** A local file cannot be read. */
export class FileError extends ProxkitError {
  static {
    this.prototype.name = 'FileError'
  }

  readonly path: string

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`cannot read '${path}': ${reason}`, options)
    this.path = path
  }

  static from(path: string, cause: unknown): FileError {
    if (cause instanceof FileError) return cause
    return new FileError(path, cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

/** The error for an answer whose status means failure. */
export const failureOf = (request: ApiRequest, answer: ApiResponse, needs?: string): ApiError => {
  const response = maskFailure(answer, secretsOf(request.params))
  return response.status === 401
    ? new AuthenticationError(request, response)
    : new ApiError(request, response, needs)
}
