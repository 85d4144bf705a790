import type { PermissionCheck, Permissions } from '@proxkit/schema'
import type { AccessModel } from './access-model.js'
import type { Held } from './plain-rights.js'

/** What comes of asking: nothing, or the refusal as `<status> <message>`. */
export type Verdict = string | undefined

export interface Question {
  readonly permissions: Permissions | undefined
  readonly user: string | undefined
  readonly params: Readonly<Record<string, string>>
}

class Refusal extends Error {}

/** The decision about a call, from the written rules alone. */
export function plainVerdict(
  { permissions, user, params }: Question,
  { model, held }: { model: AccessModel; held: (who: string, path: string) => Held },
): Verdict {
  try {
    decide()
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }

  function decide(): void {
    if (user === undefined) {
      if (permissions?.user !== 'world') deny('user != null')
      return
    }
    if (user === 'root@pam') return
    if (!permissions) deny('user != root@pam')
    if (permissions.user === 'all') return
    if (!permissions.check) deny()
    passes(permissions.check, user, false)
  }

  /** In silence a check answers with false where it would refuse, as far as it can. */
  function passes(check: PermissionCheck, who: string, silent: boolean): boolean {
    if (check.op === 'and') return check.args.map((part) => passes(part, who, false)).length >= 0
    if (check.op === 'or') {
      return check.args.some((part) => passes(part, who, true)) || (silent ? false : deny())
    }
    if (check.op === 'perm') return passesPerm(check, who, silent)
    if (check.op === 'userid-param') return passesUserid(check.what, who, silent)
    if (check.op === 'userid-group') return passesGroup(check, who, silent)
    if (check.op === 'perm-modify') return passesModify(check.path, who, silent)
    throw new Error(`no rule is written for '${check.op}'`)
  }

  function passesPerm(
    { path: template, privs, any, requireParam }: Extract<PermissionCheck, { op: 'perm' }>,
    who: string,
    silent: boolean,
  ): boolean {
    if (requireParam !== undefined && params[requireParam] === undefined) {
      return silent ? false : deny()
    }
    const path = normal(filled(template))
    const mine = path === undefined ? new Map() : held(who, path)
    const missing = privs.filter((name) => !mine.has(name))
    if (any ? missing.length < privs.length : missing.length === 0) return true
    return silent ? false : deny(`${path ?? ''}, ${any ? privs.join('|') : missing[0]}`)
  }

  function passesUserid(what: string, who: string, silent: boolean): boolean {
    const userid = params.userid ?? ''
    requireName(userid)
    if (what === 'self') {
      if (!isUser(userid)) return silent ? false : fail(`no such user ('${userid}')`)
      return who === userid || (silent ? false : deny())
    }
    const path = `/access/realm/${userid.slice(userid.lastIndexOf('@') + 1)}`
    return held(who, path).has(what) || (silent ? false : deny(`${path}, ${what}`))
  }

  function passesGroup(
    { privs, groupsParam }: Extract<PermissionCheck, { op: 'userid-group' }>,
    who: string,
    silent: boolean,
  ): boolean {
    const userid = params.userid ?? ''
    const isNew = groupsParam === 'create'
    if (!isNew) {
      if (!silent) requireName(userid)
      if (!isUser(userid)) return silent ? false : fail(`no such user ('${userid}')`)
    }
    const anyOn = (path: string): boolean => privs.some((name) => held(who, path).has(name))
    if (anyOn('/access/groups')) return true
    const mine = model.groups.filter(({ id }) => anyOn(`/access/groups/${id}`))
    if (groupsParam) {
      const wanted = (params.groups ?? '').split(/[\s,;]+/).filter((id) => id !== '')
      if (wanted.length === 0) deny(`/access/groups, ${privs.join('|')}`)
      for (const id of wanted) {
        if (!mine.some((group) => group.id === id)) {
          deny(`/access/groups/${id}, ${privs.join('|')}`)
        }
      }
    }
    if (isNew || mine.some(({ members }) => members.includes(userid))) return true
    return silent ? false : deny()
  }

  function passesModify(template: string, who: string, silent: boolean): boolean {
    const path = normal(filled(template))
    if (path === undefined) return false
    const area = /^\/(storage|vms|pool)\/./.exec(path)?.[1]
    const privileges = ['Permissions.Modify', ...(area ? [allocate[area] ?? ''] : [])]
    if (privileges.some((name) => held(who, path).has(name))) return true
    return silent ? false : deny(`${path}, ${privileges.join('|')}`)
  }

  function filled(template: string): string {
    return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const value = params[name]
      return value === undefined || value === '' || value === '0' ? '-' : value
    })
  }

  function isUser(userid: string): boolean {
    return model.users.some(({ id }) => id === userid)
  }
}

const allocate: Readonly<Record<string, string>> = {
  storage: 'Datastore.Allocate',
  vms: 'VM.Allocate',
  pool: 'Pool.Allocate',
}

function normal(path: string): string | undefined {
  const parts = path.split('/').filter((part) => part !== '')
  return parts.every((part) => /^[A-Za-z0-9.\-_]+$/.test(part)) ? `/${parts.join('/')}` : undefined
}

function requireName(userid: string): void {
  const { length } = userid
  if (length < 3) fail(`user name '${userid}' is too short`)
  if (length > 64) fail(`user name '${userid}' is too long (${length} > 64)`)
  if (!/^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+$/.test(userid)) {
    fail(`value '${userid}' does not look like a valid user name`)
  }
}

function deny(detail?: string): never {
  const behind = detail === undefined ? '' : ` (${detail})`
  throw new Refusal(`403 Permission check failed${behind}`)
}

function fail(text: string): never {
  throw new Refusal(`500 ${text}`)
}
