/** A security key that is being registered. */
export interface PendingRegistration {
  readonly type: 'u2f' | 'webauthn'
  readonly challenge: string
  /** Seconds since the epoch. */
  readonly created: number
}

/** What a node remembers of a user's second factors until it is restarted. */
export interface UserChallenges {
  /** Wrong values in a row. */
  totpFailures: number
  tfaFailures: number
  registrations: PendingRegistration[]
}

/**
 * What each node notes about the users who log in there: failures are counted node by node.
 *
 * proxmox-perl-rs pve-rs/src/bindings/tfa.rs: UserChallengeData; on a node in `/run/pve-private/tfa-challenges`
 */
export class TfaChallenges {
  readonly #byUser = new Map<string, UserChallenges>()

  of({ node, userid }: { readonly node: string; readonly userid: string }): UserChallenges {
    const key = `${node} ${userid}`
    let challenges = this.#byUser.get(key)
    if (!challenges) {
      challenges = { totpFailures: 0, tfaFailures: 0, registrations: [] }
      this.#byUser.set(key, challenges)
    }
    return challenges
  }

  clear(): void {
    this.#byUser.clear()
  }
}
