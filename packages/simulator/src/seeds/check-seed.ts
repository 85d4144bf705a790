import { everyPrivilege } from '@proxkit/schema'
import { parseSize } from '../pve/guest/size.js'
import { agentOrders, agentQueries } from '../pve/qemu/agent-commands.js'
import { storagePlugins } from '../pve/storage/plugins/plugins.js'
import { checkReferences } from './check-references.js'
import {
  flag,
  integer,
  list,
  object,
  oneOf,
  record,
  required,
  show,
  text,
  type Check,
} from './check.js'
import { SeedError } from './seed-error.js'
import type { Seed } from './seed.js'

/** Checks what someone wrote as a seed. Throws a `SeedError` that names the first mistake. */
export function checkSeed(value: unknown): Seed {
  requireParts(value)
  checkReferences(value)
  return value
}

/** The form alone: what other products than Proxmox VE have of a seed. Throws a `SeedError` too. */
export function checkSeedForm(value: unknown): Seed {
  requireParts(value)
  return value
}

function requireParts(value: unknown): asserts value is Seed {
  seed(value, '')
}

const nodeName = text(
  'a node name: use letters, digits and inner hyphens',
  /^[a-z\d](?:[a-z\d-]*[a-z\d])?$/i,
)
const storageId = text(
  'a storage name: use at least two letters, digits, hyphens, dots or underscores, a letter first',
  /^[a-z][a-z\d\-_.]*[a-z\d]$/i,
)
const userId = text('a user id: write name@realm, such as alice@pve', /^[^\s:/!]+@[a-z][\w.-]+$/i)
const tokenId = text(
  'a token id: write name@realm!token, such as root@pam!ci',
  /^[^\s:/!]+@[a-z][\w.-]+![a-z][\w.-]+$/i,
)
const tokenName = text(
  'a token name: use at least two characters, a letter first',
  /^[a-z][\w.-]+$/i,
)
const groupId = text(
  'a group name: use letters, digits, dots, hyphens and underscores',
  /^[\w.-]+$/,
)
const roleId = text('a role name: use letters, digits, dots, hyphens and underscores', /^[\w.-]+$/)
const poolId = text(
  'a pool name: use letters, digits, dots, hyphens, underscores, at most two slashes',
  /^[\w.-]+(?:\/[\w.-]+){0,2}$/,
)
const aclPath = text('an access path: it begins with a slash', /^\/[\w./-]*$/)
const secret = text('a UUID', /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i)
const totpSecret = text(
  'a secret in Base32: use the letters A to Z and the digits 2 to 7',
  /^[a-z2-7]{8,}=*$/i,
)
const address = text('an IP address', /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f:]*:[\da-f:.]*)$/i)
const privilege = oneOf(...everyPrivilege)
const path = text('a path below /etc/pve: leave out the leading slash', /^[^/\0][^\0]*$/)
const vmid = integer('a VM id', { min: 100, max: 999_999_999 })
const seconds = integer('a number of seconds', { min: 0, max: 2 ** 32 })

const size: Check = (value, place) => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return
  if (typeof value === 'string' && parseSize(value) !== undefined) return
  throw new SeedError(place, `${show(value)} is not a size: use bytes, or text such as 512M or 32G`)
}

/** What a line of a configuration file may hold. */
const option: Check = (value, place) => {
  if (typeof value === 'boolean') {
    throw new SeedError(place, `${value} is not how the product writes it: use ${value ? 1 : 0}`)
  }
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw new SeedError(place, `${show(value)} is not text or a number`)
  }
}

const storageOption: Check = (value, place) => {
  if (typeof value === 'boolean') return
  if (Array.isArray(value)) list(text())(value, place)
  else option(value, place)
}

const anyText = text()

/** Seconds until something happens. */
const delay: Check = (value, place) => {
  if (value === 'never' || (typeof value === 'number' && value >= 0 && value <= 2 ** 32)) return
  throw new SeedError(place, `${show(value)} is neither a number of seconds nor the word never`)
}

const behaviour = object({
  agentAfter: delay,
  agent: record(oneOf(...agentQueries, ...agentOrders), () => {}),
  exec: record(text('a command line', /\S/), (value, place) => {
    if (typeof value === 'string') return
    object({
      out: anyText,
      err: anyText,
      exitCode: integer('an exit code', { min: 0, max: 255 }),
      seconds,
    })(value, place)
  }),
  files: record(text('an absolute path', /^\//), anyText),
  shutdownAfter: delay,
  startFailure: text('what is printed: it must not be empty', /\S/),
})

const seed = object({
  cluster: text('a cluster name: use letters, digits and hyphens', /^[a-z\d-]{1,15}$/i),
  nodes: required(
    record(
      nodeName,
      object({
        ip: address,
        online: flag,
        fault: oneOf('unroutable', 'refused', 'untrusted', 'silent'),
        stoppedServices: list(text('the name of a service', /^[a-z][\w-]*$/)),
        cpus: integer('a number of processors', { min: 1, max: 8192 }),
        memory: size,
        uptime: seconds,
        bridges: list(text('the name of a bridge', /^[a-z][\w.-]{1,14}$/i)),
        files: record(text('an absolute path', /^\//), anyText),
      }),
    ),
  ),
  storage: record(
    storageId,
    object(
      {
        type: required(oneOf(...storagePlugins.map(({ type }) => type))),
        size,
        volumes: list(
          object({
            volume: required(anyText),
            size: required(size),
            content: text(),
            disks: record(text('the name of a file', /\.(?:qcow2|raw|vmdk)$/), size),
            files: record(text('an absolute path', /^\//), text()),
            notes: text(),
            protected: flag,
            verification: oneOf('ok', 'failed'),
          }),
        ),
      },
      storageOption,
    ),
  ),
  guests: list(
    object({
      vmid: required(vmid),
      type: oneOf('qemu', 'lxc'),
      node: required(anyText),
      running: flag,
      config: required(record(text('a configuration key', /^[a-z][\w-]*$/i), option)),
      behaviour,
    }),
  ),
  users: record(
    userId,
    object({
      password: anyText,
      enabled: flag,
      expire: seconds,
      firstname: anyText,
      lastname: anyText,
      email: anyText,
      comment: anyText,
      totp: totpSecret,
      recovery: list(text('a recovery key: it must not be empty', /^\S+$/)),
      tokens: record(
        tokenName,
        object({ secret: required(secret), privsep: flag, expire: seconds, comment: anyText }),
      ),
    }),
  ),
  groups: record(groupId, object({ members: list(userId), comment: anyText })),
  realms: record(
    text('the name of a realm', /^[A-Za-z][\w.-]+$/),
    object({ type: required(oneOf('ldap', 'ad', 'openid')) }, option),
  ),
  roles: record(roleId, list(privilege)),
  pools: record(poolId, object({ comment: anyText, guests: list(vmid), storage: list(storageId) })),
  acl: list(
    object({
      path: required(aclPath),
      role: required(roleId),
      user: userId,
      group: groupId,
      token: tokenId,
      propagate: flag,
    }),
  ),
  datastores: record(
    text(
      'a datastore name: use 3 to 32 letters, digits, dots, hyphens and underscores',
      /^[\w][\w.-]{2,31}$/,
    ),
    object({
      path: text('an absolute path', /^\//),
      comment: anyText,
      snapshots: list(
        object({
          group: required(
            text(
              'a backup group: write its type and id, such as vm/100',
              /^(?:vm|ct|host)\/\w[\w.-]*$/,
            ),
          ),
          ns: text(
            'a namespace: names with slashes between them',
            /^\w[\w.-]*(?:\/\w[\w.-]*){0,6}$/,
          ),
          time: text(
            'a time: write it as 2026-01-31T02:00:00Z',
            /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
          ),
          owner: text('a user or token id, such as alice@pbs', /^[^\s:/]+@[a-z][\w.!-]+$/i),
          size: integer('a number of bytes', { min: 0, max: 2 ** 53 }),
          comment: anyText,
          protected: flag,
        }),
      ),
    }),
  ),
  identityServers: record(
    text('a host name or an issuer URL', /^\S+$/),
    object({
      users: record(
        text('a name of a person', /^\S+$/),
        object({ password: anyText, attributes: record(anyText, anyText) }),
      ),
      groups: record(anyText, list(anyText)),
      bind: object({ dn: required(anyText), password: required(anyText) }),
    }),
  ),
  files: record(path, anyText),
})
