/** Headers that prove who calls, as a flat list of names and values. */
export interface Grant {
  readonly read: readonly string[]
  /** For every verb but GET. */
  readonly write: readonly string[]
}

/** Where the HTTPS transport takes its proofs from. */
export interface Credentials {
  /** The current proof, or a promise while it has to be got. */
  grant(): Grant | Promise<Grant>
  /** A new proof after the server refused this one; absent where there is none to be had. */
  renew?(refused: Grant): Promise<Grant>
}
