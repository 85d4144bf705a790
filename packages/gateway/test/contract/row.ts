/** One thing that the reference server offers, and what is answered here. */
export interface Row {
  readonly call: `${'GET' | 'POST' | 'PUT' | 'DELETE'} /${string}`
  readonly body?: unknown
  /** Whom it is asked of; the gateway before a simulated cluster if absent. */
  readonly of?: 'real' | 'limited' | 'without key' | 'simulator'
  /** Who asks; root with a token if absent. */
  readonly as?: 'nobody' | 'a stranger' | 'auditor' | 'codegen'
  readonly status: number
  readonly headers?: Readonly<Record<string, unknown>>
  /** Of JSON the value, of anything else the text. */
  readonly answer: unknown
  /** Why it is not what the reference has; absent where it is. */
  readonly differs?: string
}

/** A row of the reference's own table, with its words in short. */
export interface Promised {
  readonly promise: string
  readonly rows: readonly Row[]
}
