import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { loadDefinition, type PermissionCheck, type Permissions } from '@proxkit/schema'
import { describe, expect, test } from 'vitest'
import { manualClock } from '../../engine/clock.js'
import { Fault } from '../../engine/fault.js'
import { Cluster } from '../cluster.js'
import { ClusterState } from '../state.js'
import { authorize } from './authorize.js'
import { rightsIn } from './compute-rights.js'
import { effectivePermissions, permissionFlags } from './effective-permissions.js'
import { formatUserConfig } from './format-user-config.js'
import { loginCapabilities } from './login-capabilities.js'
import { parseUserConfig } from './parse-user-config.js'
import { requireModifyPermissions } from './perm-modify.js'
import { resolveRoles } from './resolve-roles.js'
import type { Rights } from './rights.js'
import { readUserConfig, type SharedUserConfig } from './user-config.js'
import { parseTokenId } from './user-id.js'

type RawCheck =
  | readonly ['and' | 'or', ...RawCheck[]]
  | readonly ['perm', string, string[], ...(string | number)[]]
  | readonly ['userid-group', string[], ...(string | number)[]]
  | readonly ['userid-param', string]
  | readonly ['perm-modify', string]

interface RawPermissions {
  readonly user?: 'world' | 'all'
  readonly check?: RawCheck
}

interface Vector {
  readonly id?: string
  readonly cfg: string
  readonly op: string
  readonly user: string | null
  readonly path: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly params: Readonly<Record<string, unknown>>
  readonly permissions?: RawPermissions | null
  readonly unstable?: unknown
  readonly result: {
    readonly ok: boolean
    readonly value?: unknown
    readonly code?: number
    readonly message?: string
    readonly written?: string
    readonly warnings?: readonly string[]
  }
}

const definition = loadDefinition({ product: 'pve', version: '9.2' })
const folder = new URL('../../../../../../shared/vectors/', import.meta.url)
const fixed = new URL('permissions.json', folder)
const random = new URL('fuzz/permission.jsonl.gz', folder)

describe.skipIf(!existsSync(fixed))('permissions: recorded decisions', () => {
  const { meta, vectors } = existsSync(fixed)
    ? JSON.parse(readFileSync(fixed, 'utf8'))
    : { meta: {}, vectors: [] }
  checkAll(vectors, meta.configs ?? {})
})

describe.skipIf(!existsSync(random))('permissions: recorded decisions on random input', () => {
  const lines = existsSync(random)
    ? gunzipSync(readFileSync(random)).toString().trim().split('\n')
    : ['{}']
  const [meta, ...vectors] = lines.map((line) => JSON.parse(line))
  checkAll(vectors, meta.configs ?? {})
})

function checkAll(vectors: readonly Vector[], configs: Readonly<Record<string, string>>): void {
  for (const op of new Set(vectors.map((vector) => vector.op))) {
    test(op, () => {
      const answer = answers[op]
      expect(answer, `no answer for ${op}`).toBeDefined()
      for (const vector of vectors) {
        if (vector.op !== op || vector.unstable || isUndefined(vector)) continue
        const cluster = clusterWith(configs[vector.cfg] ?? '')
        expect(
          outcome(() => answer?.(cluster, vector)),
          JSON.stringify(vector),
        ).toEqual(vector.result)
      }
    })
  }
}

/** The recording knows a few calls that the published definition of this version does not. */
function isUndefined({ op, permissions, method, path }: Vector): boolean {
  return op === 'endpoint_perm' && permissions === undefined && !definition.find(method, path)
}

const clusters = new Map<string, Cluster>()

function clusterWith(text: string): Cluster {
  let cluster = clusters.get(text)
  if (!cluster) {
    const clock = manualClock()
    cluster = new Cluster(new ClusterState(clock), clock)
    cluster.config.write('user.cfg', text)
    clusters.set(text, cluster)
  }
  return cluster
}

type Answer = (cluster: Cluster, vector: Vector) => unknown

const answers: Readonly<Record<string, Answer>> = {
  permissions: (cluster, vector) =>
    succeeded(permissionFlags(rights(cluster, vector), vector.path)),
  roles: ({ config }, { user, path }) =>
    succeeded(rolesAnswer(readUserConfig(config), user ?? '', path)),
  cap: (cluster, vector) =>
    succeeded(loginCapabilities(readUserConfig(cluster.config), rights(cluster, vector))),
  effective: (cluster, vector) =>
    succeeded(effectivePermissions(readUserConfig(cluster.config), rights(cluster, vector))),
  permcheck: (cluster, vector) => checked(cluster, vector),
  endpoint_perm: (cluster, vector) => checked(cluster, vector),
  perm_modify(cluster, vector) {
    requireModifyPermissions(rights(cluster, vector), vector.path)
    return succeeded(1)
  },
  parse_user_cfg({ config }) {
    const warnings: string[] = []
    const parsed = parseUserConfig(config.read('user.cfg') ?? '', {
      warn: (text) => warnings.push(`${text}\n`),
    })
    return { ok: true, warnings, written: formatUserConfig(parsed) }
  },
}

function succeeded(value: unknown): unknown {
  return { ok: true, value }
}

function rights({ config }: Cluster, { user }: Vector): Rights {
  return rightsIn(readUserConfig(config), user ?? '')
}

/** root@pam and what acts wholly in its place have no list of roles in the original. */
function rolesAnswer(config: SharedUserConfig, user: string, path: string): unknown {
  if (user === 'root@pam') return 'Administrator'
  const id = parseTokenId(user)
  const token = id && config.users.get(id.userid)?.tokens.get(id.token)
  if (id && !token) return null
  if (id && !token?.privsep) return rolesAnswer(config, id.userid, path)
  return Object.fromEntries(
    [...resolveRoles(config, user, path)].map(([role, propagate]) => [role, propagate ? 1 : 0]),
  )
}

/** Which of the two ways of not refusing it was makes no difference to a caller. */
function checked(cluster: Cluster, { user, params, result, ...vector }: Vector): unknown {
  const permissions =
    vector.permissions === undefined
      ? definition.find(vector.method, vector.path)?.method.permissions
      : parsePermissions(vector.permissions)
  const method = permissions ? { permissions } : {}
  const pathParams = vector.path && definition.find(vector.method, vector.path)?.pathParams
  authorize(cluster, { method, user: user ?? undefined, params: { ...pathParams, ...params } })
  return succeeded(result.value)
}

function parsePermissions(raw: RawPermissions | null): Permissions | undefined {
  if (raw === null) return undefined
  const { user, check } = raw
  return { ...(user && { user }), ...(check && { check: parseCheck(check) }) }
}

function parseCheck(raw: RawCheck): PermissionCheck {
  switch (raw[0]) {
    case 'and':
    case 'or': {
      const [op, ...parts] = raw
      return { op, args: parts.map(parseCheck) }
    }
    case 'perm': {
      const [op, path, privs, ...rest] = raw
      const param = option(rest, 'require_param')
      return {
        op,
        path,
        privs,
        ...(option(rest, 'any') === '1' && { any: true }),
        ...(param !== undefined && { requireParam: param }),
      }
    }
    case 'userid-group': {
      const [op, privs, ...rest] = raw
      const groups = option(rest, 'groups_param')
      if (groups !== 'create' && groups !== 'update') return { op, privs }
      return { op, privs, groupsParam: groups }
    }
    case 'userid-param':
      return { op: raw[0], what: raw[1] }
    case 'perm-modify':
      return { op: raw[0], path: raw[1] }
    default:
      return raw satisfies never
  }
}

/** Options follow as a flat list of names and values. */
function option(list: readonly (string | number)[], name: string): string | undefined {
  const index = list.indexOf(name)
  return index < 0 ? undefined : String(list[index + 1])
}

function outcome(answer: () => unknown): unknown {
  try {
    return answer()
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return error.status === 500
      ? { ok: false, die: `${error.message}\n` }
      : { ok: false, code: error.status, message: `${error.message}\n` }
  }
}
