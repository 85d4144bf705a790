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
  /** A file that goes with the parameters. */
  readonly upload?: Upload
  /** Asks for the body of a success as it comes, in `ApiResponse.content`, instead of `data`. */
  readonly download?: boolean
  readonly signal?: AbortSignal
}

/** A file on its way to a server. */
export interface Upload {
  /** The parameter that takes the file; PVE calls it `filename`. */
  readonly field: string
  /** The name that the server is told. */
  readonly filename: string
  /** Bytes that `open` gives, neither more nor fewer. */
  readonly size: number
  /** Begins the content. Called when sending begins, and anew where the call has to be made once more. */
  readonly open: () => AsyncIterable<Uint8Array>
  /** Told so far how many bytes of the content were handed on. */
  readonly onProgress?: (sent: number) => void
}

/** Content on its way from a server. */
export interface Content {
  /** Media type, where the server told one. */
  readonly type?: string
  /** Bytes, where the server told. */
  readonly size?: number
  /** Read once; leaving the loop early gives up what is left. */
  readonly stream: AsyncIterable<Uint8Array>
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
  /** In place of `data`, where a download was asked for and succeeded. */
  readonly content?: Content
}

/** A way to reach an API: HTTPS, SSH, a local `pvesh`, or a simulator in this process. */
export interface Transport {
  send(request: ApiRequest): Promise<ApiResponse>
  close(): Promise<void>
}

/** Wraps `send`: logging, retries, measurements. */
export type Interceptor = (request: ApiRequest, next: Transport['send']) => Promise<ApiResponse>
