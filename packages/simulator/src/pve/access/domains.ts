import { failed, faultText } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import { isTrue, splitList } from '../config-text.js'
import { requireDigest } from '../require-digest.js'
import { checkSection, sectionData } from '../section-config.js'
import { connectDirectory } from './directory.js'
import {
  enforcedFactor,
  readRealms,
  realmFormat,
  realmsDigest,
  writeRealms,
  type Realm,
} from './realms.js'
import { formatSyncOptions, parseSyncOptions, translateSyncOptions } from './sync-options.js'

// pve-access-control API2/Domains.pm: index
const listRealms = handle('GET', '/access/domains', ({ cluster }) =>
  [...readRealms(cluster.config).values()].map((realm) => {
    const { id, type, options } = realm
    const tfa = enforcedFactor(realm)
    return {
      realm: id,
      type,
      ...(isTrue(options.comment) && { comment: options.comment }),
      ...(isTrue(options.default) && { default: 1 }),
      ...(tfa !== undefined && { tfa }),
    }
  }),
)

// pve-access-control API2/Domains.pm: create
const createRealm = handle('POST', '/access/domains', ({ params, cluster }) => {
  const { realm: id, type, password, 'check-connection': checkConnection, ...given } = params
  editRealms(cluster, 'add auth server failed', (realms) => {
    if (realms.has(id)) throw failed(`domain '${id}' already exists`)
    if (type === 'pam' || type === 'pve') throw failed(`unable to create builtin type '${type}'`)
    requireDirectoryFor(checkConnection, type)
    const realm = checkSection({ id, type, options: settings(type, given) }, realmFormat)
    if (isTrue(realm.options.default)) clearDefault(realms)
    realms.set(id, realm)
    if (isDirectory(type)) setPassword(cluster, id, password)
    if (isTrue(checkConnection)) connectDirectory(cluster, { realm, password })
  })
})

// pve-access-control API2/Domains.pm: read
const readRealm = handle('GET', '/access/domains/{realm}', ({ params, cluster }) => {
  const realm = readRealms(cluster.config).get(params.realm)
  if (!realm) throw failed(`domain '${params.realm}' does not exist`)
  const sync = realm.options['sync-defaults-options']
  return {
    ...sectionData(realm, realmFormat),
    ...(sync !== undefined && {
      'sync-defaults-options': formatSyncOptions(translateSyncOptions(parseSyncOptions(sync))),
    }),
    // The original's parser leaves the module behind that serves the realm.
    ...(realm.id === 'pam' && { plugin: 'PVE::Auth::PAM' }),
    digest: realmsDigest(cluster.config),
  }
})

// pve-access-control API2/Domains.pm: update
const updateRealm = handle('PUT', '/access/domains/{realm}', ({ params, cluster }) => {
  const { realm: id, digest, password, 'check-connection': checkConnection, ...given } = params
  const { delete: removal, ...options } = given
  editRealms(cluster, 'update auth server failed', (realms) => {
    requireDigest(realmsDigest(cluster.config), digest)
    const present = realms.get(id)
    requireDirectoryFor(checkConnection, present?.type)
    if (!isTrue(removal) && Object.keys(options).length === 0 && password === undefined) {
      throw failed('no options specified')
    }
    if (!present) throw failed(`cannot lookup undefined type! at ${unknownRealmPlace}`)

    const { type } = present
    const changes = checkSection({ id, type, options: settings(type, options) }, realmFormat, {
      update: true,
    })
    if (isTrue(changes.options.default)) clearDefault(realms)
    const removed = new Set(splitList(removal ?? ''))
    const kept = Object.entries(realms.get(id)?.options ?? {}).filter(([key]) => !removed.has(key))
    const realm = { id, type, options: { ...Object.fromEntries(kept), ...changes.options } }
    realms.set(id, realm)
    if (isDirectory(type) && (removed.has('password') || password !== undefined)) {
      setPassword(cluster, id, password)
    }
    if (isTrue(checkConnection)) connectDirectory(cluster, { realm, password })
  })
})

// pve-access-control API2/Domains.pm: delete; the two built-in realms come back with their defaults
const deleteRealm = handle('DELETE', '/access/domains/{realm}', ({ params, cluster }) => {
  editRealms(cluster, 'delete auth server failed', (realms) => {
    const realm = realms.get(params.realm)
    if (!realm) throw failed(`authentication domain '${params.realm}' does not exist`)
    if (isDirectory(realm.type)) setPassword(cluster, realm.id, undefined)
    realms.delete(realm.id)
  })
})

export const domainHandlers: readonly Handler[] = [
  listRealms,
  createRealm,
  readRealm,
  updateRealm,
  deleteRealm,
]

// The original does not notice here that there is no such realm.
const unknownRealmPlace = '/usr/share/perl5/PVE/API2/Domains.pm line 261.'

function editRealms(
  { config }: Cluster,
  failure: string,
  change: (realms: Map<string, Realm>) => void,
): void {
  try {
    const realms = new Map(readRealms(config))
    change(realms)
    writeRealms(config, realms.values())
  } catch (error) {
    throw failed(`${failure}: ${faultText(error)}`)
  }
}

function requireDirectoryFor(checkConnection: string | undefined, type: string | undefined): void {
  if (checkConnection === undefined || isDirectory(type)) return
  throw failed("'check-connection' parameter can only be set for realms of type 'ldap' or 'ad'")
}

function isDirectory(type: string | undefined): boolean {
  return type === 'ldap' || type === 'ad'
}

function clearDefault(realms: Map<string, Realm>): void {
  for (const [id, { type, options }] of realms) {
    const { default: _, ...others } = options
    realms.set(id, { id, type, options: others })
  }
}

/** The options that were given, without what belongs to no section. */
function settings(
  type: string,
  given: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const options: Record<string, string> = {}
  for (const [key, value] of Object.entries(given)) if (value !== undefined) options[key] = value
  const sync = options['sync-defaults-options']
  if (sync !== undefined && isDirectory(type)) {
    const { full: _full, purge: _purge, ...current } = translateSyncOptions(parseSyncOptions(sync))
    options['sync-defaults-options'] = formatSyncOptions(current)
  }
  return options
}

/** pve-access-control Auth/LDAP.pm: ldap_set_credentials, ldap_delete_credentials */
function setPassword({ config }: Cluster, realm: string, password: string | undefined): void {
  const path = `priv/realm/${realm}.pw`
  if (password === undefined) config.remove(path)
  else config.write(path, password)
}
