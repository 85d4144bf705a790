/**
 * A refusal in the vendor's words: what `die` and `raise_*` are to the original.
 *
 * `message` carries no final newline; the formatter adds the one that the original sends.
 */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly status: number
  readonly errors: Readonly<Record<string, string>> | undefined
  /** The original ends this message without a newline. */
  readonly bare: boolean
  /** Another node could not be asked: the answer is this status line and nothing else, in every format. */
  readonly unreachable: boolean
  /** Milliseconds that pass before an unreachable node is given up. */
  readonly after: number
  /** No formatter sees it: the message is the whole body. */
  readonly plain: boolean

  constructor(
    status: number,
    message: string,
    options: {
      errors?: Readonly<Record<string, string>>
      bare?: boolean
      unreachable?: boolean
      after?: number
      plain?: boolean
    } = {},
  ) {
    super(message)
    this.status = status
    this.errors = options.errors
    this.bare = options.bare ?? false
    this.unreachable = options.unreachable ?? false
    this.after = options.after ?? 0
    this.plain = options.plain ?? false
  }

  /** The message as it is sent. */
  get text(): string {
    return this.bare ? this.message : `${this.message}\n`
  }
}

/** Nobody is logged in, or not any more: formats that have a login page send the client there. */
export class LoginRequired extends Fault {
  constructor(reason: string) {
    super(401, reason, { bare: true })
  }
}

/** What a plain `die` of a method becomes: status 500 with its text. */
export function failed(message: string): Fault {
  return new Fault(500, message)
}

/** pve-common Exception.pm: raise_param_exc */
export function invalidParameters(errors: Readonly<Record<string, string>>): Fault {
  return new Fault(400, 'Parameter verification failed.', { errors })
}

/** pve-common Exception.pm: raise_perm_exc */
export function permissionDenied(detail?: string): Fault {
  return new Fault(403, detail ? `Permission check failed (${detail})` : 'Permission check failed')
}

/** pve-manager HTTPServer.pm: rest_handler, for paths and verbs that the API does not have. */
export function notImplemented(verb: string, path: string): Fault {
  return new Fault(501, `Method '${verb} ${path}' not implemented`, { bare: true })
}

/** An error as a fault: whatever is none is a plain `die`. */
export function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error
  return failed(error instanceof Error ? error.message : String(error))
}

/**
 * The text that an error leaves behind in a task or behind a prefix such as `create user failed: `: a plain `die` its
 * message alone, everything else its status before and its parameters below, as the original prints exceptions.
 *
 * pve-common Exception.pm: stringify
 */
export function faultText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (!(error instanceof Fault) || error.status === 500) return error.message
  const parameters = Object.entries(error.errors ?? {}).map(([name, text]) => `\n${name}: ${text}`)
  return `${error.status} ${error.message}${parameters.join('')}`
}
