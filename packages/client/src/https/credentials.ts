import type { ApiRequest, ApiResponse } from '@proxkit/schema'
import type { Limits } from '../within-limits.js'

/** Headers that prove who calls, as a flat list of names and values. */
export interface Grant {
  readonly read: readonly string[]
  /** For every verb but GET. */
  readonly write: readonly string[]
  /** What in them must not be told to anybody else. */
  readonly secrets: readonly string[]
}

/** Where the HTTPS transport takes its proofs from. */
export interface Credentials {
  /** With its realm, and its name where it is a token; undefined until a login has told. */
  readonly user: string | undefined
  /** The current proof, or a promise while it has to be got; the limits are those of the wait. */
  grant(limits: () => Limits): Grant | Promise<Grant>
  /** A new proof after the server refused this one; absent where there is none to be had. */
  renew?(refused: Grant, limits: Limits): Promise<Grant>
  /** The pair that calls are proven with; absent where it is no ticket. */
  ticket?(limits: Limits): Promise<TicketPair>
}

/** A login that can be carried to another program. Both are secrets. */
export interface TicketPair {
  readonly ticket: string
  /** What the server calls CSRFPreventionToken: it goes with every call but GET. */
  readonly csrfToken: string
}

/** Sends a call that needs no proof. */
export type SendUnproven = (request: ApiRequest) => Promise<LoginResponse>

/** An answer with the cookies that it sets. */
export interface LoginResponse extends ApiResponse {
  readonly cookies?: readonly string[] | undefined
}
