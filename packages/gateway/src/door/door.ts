import type { FoundMethod, Params, Transport, Verb } from '@proxkit/schema'
import type { IncomingHttpHeaders } from 'node:http'
import type { Cluster } from '../cluster.js'
import type { Upstream } from '../upstream/upstream.js'

/** Decides about each call, on every surface, before it is checked or sent on. */
export interface Door {
  /** How callers are known, in words. */
  readonly authentication: string
  admit(knock: Knock): Admission | Promise<Admission>
}

/** A call that wants to pass. */
export interface Knock {
  readonly headers: IncomingHttpHeaders
  readonly cluster: Cluster
  readonly verb: Verb
  /** Below the API's root, percent-encoded as it came. */
  readonly path: string
  /** Undefined where the API has no such operation; the server then says so itself. */
  readonly operation: FoundMethod | undefined
  /** Of the request, for logs. */
  readonly requestId: string
  /** Where it comes from, as far as the gateway can see. */
  readonly address: string
  /** Wants the connection to go on in another protocol, as consoles do. */
  readonly isUpgrade?: boolean
  /** Those of query and body. Read only when they are asked for, since a body that passes through is else not kept. */
  readonly parameters: () => Promise<Params>
}

export type Admission = Admitted | Refused

export interface Admitted {
  readonly allowed: true
  /** Who calls, for logs and audit; undefined where nobody is logged in. */
  readonly caller: string | undefined
  /** The door itself knows who calls; else the name is what the caller claims. */
  readonly isKnown?: boolean
  /** How the call goes on. */
  readonly transport: Transport
  /** What is shown to the server where a request passes through as it is, in place of all proofs that came along. */
  readonly shown: Readonly<Record<string, string>>
  /** Passes the request on in place of the upstream, where there is more to do than to show a proof. */
  readonly passOn?: Upstream['passOn']
  readonly upgrade?: Upstream['upgrade']
  /** Writes down what the gateway itself makes of the call, where that is not to send it on. */
  readonly note?: (outcome: OwnOutcome) => void
  /** The write is told in place of being made. */
  readonly isDryRun?: boolean
}

export type OwnOutcome =
  | { readonly outcome: 'refused'; readonly status: number; readonly message: string }
  /** A console was opened. */
  | { readonly outcome: 'answered' }
  | { readonly outcome: 'dry run' }

export interface Refused {
  readonly allowed: false
  /** Who calls, where the door knows them. */
  readonly caller?: string
  readonly isKnown?: boolean
  readonly status: 400 | 401 | 403 | 429
  /** What was wrong and what would be right. */
  readonly detail: string
  /** The name of the rule that refused it. */
  readonly rule?: string
  readonly headers?: Readonly<Record<string, string>>
}
