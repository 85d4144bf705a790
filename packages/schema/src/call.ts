/** The verbs of the API; `pvesh` calls them get, create, set and delete. */
export type Verb = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** A parameter as it may travel: scalars, lists of them, and what JSON bodies nest. */
export type ParamValue =
  | string
  | number
  | boolean
  | null
  | readonly ParamValue[]
  | { readonly [name: string]: ParamValue }

export type Params = Readonly<Record<string, ParamValue | undefined>>

/** One call of the API, before any transport has decided how it travels. */
export interface ApiRequest {
  readonly verb: Verb
  /** Path below `/api2/json`, each component percent-encoded: `/nodes/pve1/qemu/100`. */
  readonly path: string
  readonly params: Params
  readonly signal?: AbortSignal
}

/** What came back. `status` is the HTTP status, also where no HTTP was spoken. */
export interface ApiResponse {
  readonly status: number
  readonly data: unknown
  /** The server's message: its reason phrase or the `message` of the body, without the final newline. */
  readonly message?: string
  /** Message per parameter, as sent with status 400. */
  readonly errors?: Readonly<Record<string, string>>
  /** Number of entries before paging, where the call pages. */
  readonly total?: number
  /** Text of changes that are not yet applied (node network). */
  readonly changes?: string
  /** The code with which the command ended, where the call was a run of `pvesh` or `pmgsh`. */
  readonly exitCode?: number
}

/** A way to reach an API: HTTPS, SSH, a local `pvesh`, or a simulator in this process. */
export interface Transport {
  send(request: ApiRequest): Promise<ApiResponse>
  close(): Promise<void>
}

/** Wraps `send`: logging, retries, measurements. */
export type Interceptor = (request: ApiRequest, next: Transport['send']) => Promise<ApiResponse>
