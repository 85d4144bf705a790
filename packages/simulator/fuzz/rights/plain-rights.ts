import type { AccessModel } from './access-model.js'

/** Privileges with whether they are passed on to paths below. */
export type Held = ReadonlyMap<string, boolean>

/** What the product defines by itself. */
export interface BuiltIn {
  readonly privileges: readonly string[]
  readonly roles: ReadonlyMap<string, ReadonlySet<string>>
}

/**
 * What a user or token holds on a path: the written rules taken one after the other, over plain lists, with nothing
 * remembered and nothing shared with the engine that is compared.
 */
export function plainRights(
  model: AccessModel,
  builtIn: BuiltIn,
): (who: string, path: string) => Held {
  return held

  function held(who: string, path: string): Held {
    if (who === 'root@pam') return new Map(builtIn.privileges.map((name) => [name, true]))
    const token = /^(\S+@[A-Za-z][\w.-]+)!([A-Za-z][\w.-]+)$/.exec(who)
    if (!token) return heldByAcl(who, path)
    const [, owner = '', name] = token
    const entry = model.users
      .find(({ id }) => id === owner)
      ?.tokens.find((candidate) => candidate.name === name)
    if (!entry) return new Map()
    if (!entry.privsep) return held(owner, path)
    const ofOwner = held(owner, path)
    return new Map(
      [...heldByAcl(who, path)]
        .filter(([privilege]) => ofOwner.has(privilege))
        .map(([privilege, down]) => [privilege, down && ofOwner.get(privilege) === true]),
    )
  }

  function heldByAcl(who: string, path: string): Held {
    const roles = rolesOn(who, path)
    if (!roles.has('NoAccess')) {
      for (const pool of poolsWith(path)) {
        for (const role of rolesOn(who, `/pool/${pool}`).keys()) {
          if (!roles.has(role)) roles.set(role, false)
        }
      }
    }
    if (roles.has('NoAccess')) return new Map()
    const result = new Map<string, boolean>()
    for (const [role, down] of roles) {
      for (const privilege of privilegesOf(role)) {
        result.set(privilege, down || result.get(privilege) === true)
      }
    }
    return result
  }

  function rolesOn(who: string, path: string): Map<string, boolean> {
    let roles = new Map<string, boolean>()
    for (const step of stepsTo(path)) {
      const here = model.acl.filter((entry) => entry.path === step)
      const direct = rolesOf(here, step === path, (subject) => subject === who)
      const throughGroups = rolesOf(here, step === path, (subject) => isGroupOf(subject, who))
      // The lowest level that says anything counts alone, and there a person before his groups.
      if (direct.size > 0) roles = direct
      else if (throughGroups.size > 0) roles = throughGroups
    }
    const noAccess = roles.get('NoAccess')
    return noAccess === undefined ? roles : new Map([['NoAccess', noAccess]])
  }

  function isGroupOf(subject: string, who: string): boolean {
    return model.groups.some(({ id, members }) => subject === `@${id}` && members.includes(who))
  }

  function privilegesOf(role: string): Iterable<string> {
    return builtIn.roles.get(role) ?? model.roles.find(({ id }) => id === role)?.privileges ?? []
  }

  function poolsWith(path: string): string[] {
    return model.pools
      .filter(
        ({ vms, storage }) =>
          vms.some((vmid) => path === `/vms/${vmid}`) ||
          storage.some((id) => path === `/storage/${id}`),
      )
      .map(({ id }) => id)
  }
}

/** Of the entries at one path those that apply; a later line for the same subject and role replaces an earlier one. */
function rolesOf(
  entries: AccessModel['acl'],
  isFinal: boolean,
  concerns: (subject: string) => boolean,
): Map<string, boolean> {
  const latest = new Map(
    entries
      .filter(({ subject }) => concerns(subject))
      .map((entry) => [`${entry.subject} ${entry.role}`, entry]),
  )
  return new Map(
    [...latest.values()]
      .filter(({ propagate }) => isFinal || propagate)
      .map(({ role, propagate }) => [role, propagate]),
  )
}

/** `/`, `/vms`, `/vms/100`. */
function stepsTo(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '')
  return ['/', ...parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`)]
}
