import type { AskSecondFactor, SecondFactor } from './https/second-factor.js'
import type { AskPassword, OpenIdOptions } from './https/sign-in.js'

/** How a program proves who it is. */
export type Auth = TokenAuth | PasswordAuth | TicketAuth | OpenIdAuth

export interface TokenAuth {
  /** An API token with its secret: `root@pam!ci=…`. */
  readonly token: string
}

interface PasswordAuth {
  /** With or without the realm: `root@pam` or `root`. */
  readonly username: string
  /** Or a function that is asked for it at each login, with a signal that tells when nobody waits any more. */
  readonly password: string | AskPassword
  /** The realm where the user name has none; `pam` if absent. */
  readonly realm?: string
  /** For a user who has one: the answer to one login, or a function that is asked at each. */
  readonly secondFactor?: SecondFactor | AskSecondFactor
}

interface TicketAuth {
  /** A ticket that was got before, as `session.exportTicket()` gives it. */
  readonly ticket: string
  readonly csrfToken: string
  /** To log in again when the ticket has ended; without one the session ends with it. */
  readonly password?: PasswordAuth['password']
  readonly secondFactor?: PasswordAuth['secondFactor']
}

interface OpenIdAuth {
  readonly openid: OpenIdOptions
}
