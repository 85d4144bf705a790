import { accessModel } from '@proxkit/schema'
import type { AccessModel } from '../rights/access-model.js'
import { plainRights, type Held } from '../rights/plain-rights.js'

const { builtInRoles, privileges } = accessModel('9.2')

/** What a cluster should hold after some changes, as plain lists. */
export class AccessState {
  readonly users = new Map<string, Map<string, { readonly privsep: boolean }>>([
    ['root@pam', new Map()],
  ])
  /** Guests by the name of the pool that they are in. */
  readonly pools = new Map<string, Set<number>>()
  readonly running = new Set<number>()
  /** Tasks from the newest to the oldest. */
  readonly tasks: {
    readonly type: string
    readonly id: string
    readonly user: string
    readonly status: string
  }[] = []
  readonly #acl = new Map<string, AccessModel['acl'][number]>()

  /** Gives a role on a path, or takes it away. */
  setAcl(entry: AccessModel['acl'][number], remove: boolean): void {
    const key = `${entry.path} ${entry.subject} ${entry.role}`
    if (remove) this.#acl.delete(key)
    else this.#acl.set(key, entry)
  }

  removeUser(id: string): void {
    this.users.delete(id)
    this.#forget((subject) => subject === id || subject.startsWith(`${id}!`))
  }

  removeToken(user: string, name: string): void {
    this.users.get(user)?.delete(name)
    this.#forget((subject) => subject === `${user}!${name}`)
  }

  removePool(id: string): void {
    this.pools.delete(id)
    for (const [key, { path }] of this.#acl) if (path === `/pool/${id}`) this.#acl.delete(key)
  }

  isKnown(subject: string): boolean {
    const [user = '', token] = subject.split('!')
    const tokens = this.users.get(user)
    return tokens !== undefined && (token === undefined || tokens.has(token))
  }

  held(who: string, path: string): Held {
    return plainRights(this.#model(), { privileges: [...privileges], roles: builtInRoles })(
      who,
      path,
    )
  }

  #forget(concerns: (subject: string) => boolean): void {
    for (const [key, { subject }] of this.#acl) if (concerns(subject)) this.#acl.delete(key)
  }

  #model(): AccessModel {
    return {
      users: [...this.users].map(([id, tokens]) => ({
        id,
        enabled: true,
        tokens: [...tokens].map(([name, { privsep }]) => ({ name, privsep })),
      })),
      groups: [],
      roles: [],
      pools: [...this.pools].map(([id, vms]) => ({ id, vms: [...vms], storage: [] })),
      acl: [...this.#acl.values()],
    }
  }
}
