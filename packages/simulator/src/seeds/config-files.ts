import { accessModel } from '@proxkit/schema'
import { sortedEntries } from '../engine/sorted-entries.js'
import { formatUserConfig } from '../pve/access/format-user-config.js'
import { parseUserConfig } from '../pve/access/parse-user-config.js'
import { formatFactors, hasFactors } from './seed-factors.js'
import { formatCorosync, newCorosync } from '../pve/cluster/corosync.js'
import { encodeText } from '../pve/encoded-text.js'
import type { NodeState } from '../pve/state.js'
import { SeedError } from './seed-error.js'
import { realmFiles } from './seed-realms.js'
import { storagesOf } from './seed-storages.js'
import type { Seed, SeedGuest, SeedStorage, SeedUser } from './seed.js'

/** The files of `/etc/pve` that say what the seed says, in the formats of the product. */
export function configFiles(
  seed: Seed,
  {
    nodes,
    now,
    version = '9.2',
  }: {
    readonly nodes: Readonly<Record<string, NodeState>>
    readonly now: number
    readonly version: string | undefined
  },
): Record<string, string> {
  const files: Record<string, string> = {
    'datacenter.cfg': 'keyboard: en-us\n',
    'storage.cfg': Object.entries(storagesOf(seed)).map(formatStorage).join(''),
    'user.cfg': formatUsers(seed, version),
  }
  if (seed.realms) Object.assign(files, realmFiles(seed.realms))
  const tokens = formatTokens(seed.users ?? {})
  if (tokens !== '') files['priv/token.cfg'] = tokens
  const factors = formatFactors(seed.users ?? {}, Math.floor(now / 1000))
  if (factors !== undefined) files['priv/tfa.cfg'] = factors
  if (seed.cluster !== undefined || Object.keys(nodes).length > 1) {
    files['corosync.conf'] = corosyncOf(seed.cluster ?? 'cluster', nodes)
  }
  for (const guest of seed.guests ?? []) {
    const directory = guest.type === 'lxc' ? 'lxc' : 'qemu-server'
    files[`nodes/${guest.node}/${directory}/${guest.vmid}.conf`] = formatGuest(guest)
  }
  return files
}

/** pve-common SectionConfig.pm: write_config */
function formatStorage([id, { type, size: _size, volumes: _volumes, ...options }]: [
  string,
  SeedStorage,
]): string {
  const lines = Object.entries(options).flatMap(([key, value]) => {
    if (value === undefined || (key === 'disable' && !value)) return []
    if (key === 'disable') return ['\tdisable\n']
    return [`\t${key} ${formatOption(value)}\n`]
  })
  return `${type}: ${id}\n${lines.join('')}\n`
}

function formatOption(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0'
  return Array.isArray(value) ? value.join(',') : String(value)
}

/** Lines as they come, brought into the product's form by its own reading and writing. */
function formatUsers(seed: Seed, version: string): string {
  const { users = {}, groups = {}, roles = {}, pools = {}, acl = [] } = seed
  const lines = [
    ...Object.entries(users).flatMap(([id, user]) => userLines(id, user)),
    ...Object.entries(groups).map(([id, { members = [], comment }]) =>
      line('group', id, members.join(','), text(comment)),
    ),
    ...Object.entries(pools).map(([id, { comment, guests = [], storage = [] }]) =>
      line('pool', id, text(comment), guests.join(','), storage.join(',')),
    ),
    ...Object.entries(roles).map(([id, privileges]) => line('role', id, privileges.join(','))),
    ...acl.map(({ path, role, user, group, token, propagate = true }) =>
      line('acl', bit(propagate), path, user ?? token ?? `@${group}`, role),
    ),
  ]
  return formatUserConfig(
    parseUserConfig(lines.join(''), {
      model: accessModel(version),
      warn(reason) {
        throw new SeedError('users', reason)
      },
    }),
  )
}

function userLines(id: string, user: SeedUser): string[] {
  const { enabled = true, expire = 0, firstname, lastname, email, comment, tokens = {} } = user
  const names = [text(firstname), text(lastname), email]
  return [
    line('user', id, bit(enabled), expire, ...names, text(comment), hasFactors(user) ? 'x' : ''),
    ...Object.entries(tokens).map(([name, token]) =>
      line(
        'token',
        `${id}!${name}`,
        token.expire ?? 0,
        bit(token.privsep ?? true),
        text(token.comment),
      ),
    ),
  ]
}

/** pve-access-control TokenConfig.pm */
function formatTokens(users: Readonly<Record<string, SeedUser>>): string {
  const secrets = Object.entries(users).flatMap(([user, { tokens = {} }]) =>
    Object.entries(tokens).map(([name, { secret }]) => `${user}!${name} ${secret}\n`),
  )
  return secrets.toSorted().join('')
}

/** pve-cluster Corosync.pm: create_conf */
function corosyncOf(name: string, nodes: Readonly<Record<string, NodeState>>): string {
  const members = Object.entries(nodes)
  const entries = Object.fromEntries(
    members.map(([member, { ip }], index) => [
      member,
      { name: member, nodeid: String(index + 1), quorum_votes: '1', ring0_addr: ip },
    ]),
  )
  return formatCorosync(
    newCorosync({
      name,
      version: members.length,
      nodes: entries,
      interfaces: { 0: { linknumber: '0' } },
    }),
  )
}

/** qemu-server QemuServer.pm: write_vm_config; pve-container LXC/Config.pm: write_pct_config */
function formatGuest({ type, config: { description, ...given } }: SeedGuest): string {
  const config = type === 'lxc' ? { ...anyContainer, ...given } : given
  const comment = description === undefined ? [] : String(description).trimEnd().split('\n')
  const lines = sortedEntries(Object.entries(config)).map(([key, value]) => `${key}: ${value}\n`)
  return [...comment.map((part) => `#${encodeText(part)}\n`), ...lines].join('')
}

/** What no container is without: it would not start. */
const anyContainer = { arch: 'amd64', ostype: 'unmanaged' } as const

function line(...fields: readonly (string | number | undefined)[]): string {
  return `${fields.map((field) => field ?? '').join(':')}:\n`
}

function text(value: string | undefined): string {
  return encodeText(value ?? '')
}

function bit(value: boolean): string {
  return value ? '1' : '0'
}
