import { randomBytes } from 'node:crypto'
import type { ConfigTree } from '../../engine/config-tree.js'
import { failed } from '../../engine/fault.js'
import type { Section } from '../section-config.js'

/** Options that are kept in files of their own, by type of storage. */
const sensitiveOptions: Readonly<Record<string, readonly string[]>> = {
  cephfs: ['keyring'],
  cifs: ['password'],
  esxi: ['password'],
  pbs: ['encryption-key', 'master-pubkey', 'password'],
  rbd: ['keyring'],
}

/** Secrets that a call sets, or removes with undefined. */
export type Secrets = Readonly<Record<string, string | undefined>>

/** Parts the secrets from the options that may be written to `storage.cfg`. */
export function splitSecrets(
  type: string,
  given: Readonly<Record<string, string>>,
  deleted: readonly string[] = [],
): { readonly options: Record<string, string>; readonly secrets: Secrets } {
  const options = { ...given }
  const secrets: Record<string, string | undefined> = {}
  for (const name of sensitiveOptions[type] ?? []) {
    if (deleted.includes(name)) secrets[name] = undefined
    if (options[name] !== undefined) secrets[name] = options[name]
    delete options[name]
  }
  return { options, secrets }
}

/** What keeping secrets leaves in `storage.cfg`, and what the caller is told of them. */
export interface KeptSecrets {
  readonly options: Readonly<Record<string, string>>
  readonly told?: Readonly<Record<string, string>>
}

export interface SecretsOf {
  readonly section: Section
  readonly secrets: Secrets
  readonly isNew: boolean
}

/**
 * Writes or removes the files with the secrets of a storage that is added or changed. Throws what the original's
 * plugins throw.
 */
export function keepSecrets(
  config: ConfigTree,
  { section, secrets, isNew }: SecretsOf,
): KeptSecrets {
  const concerns = (name: string): boolean => isNew || name in secrets
  const { id, type } = section
  switch (type) {
    case 'cifs':
      if (concerns('password')) {
        const { password } = secrets
        put(config, passwordFile(id), password && `password=${password}\n`)
      }
      return { options: {} }
    case 'esxi':
      if (isNew && secrets.password === undefined) throw failed('missing password')
      if (concerns('password')) put(config, passwordFile(id), secrets.password)
      return { options: {} }
    case 'pbs':
      return keepBackupSecrets(config, { section, secrets, isNew })
    case 'rbd':
    case 'cephfs':
      if (concerns('keyring')) keepKeyring(config, { section, secrets, isNew })
      return { options: {} }
    default:
      return { options: {} }
  }
}

/** Removes the files with the secrets of a storage that goes. */
export function forgetSecrets(config: ConfigTree, { id, type }: Section): void {
  if (sensitiveOptions[type]?.includes('password')) config.remove(passwordFile(id))
  if (type === 'pbs') {
    config.remove(encryptionKeyFile(id))
    config.remove(masterKeyFile(id))
  }
  if (type === 'rbd' || type === 'cephfs') config.remove(keyringFile(id, type))
  if (type === 'rbd') config.remove(cephConfigFile(id))
}

/** pve-storage Storage/PBSPlugin.pm: on_add_hook, on_update_hook */
function keepBackupSecrets(
  config: ConfigTree,
  { section, secrets, isNew }: SecretsOf,
): KeptSecrets {
  const { id } = section
  const options: Record<string, string> = {}
  const told: Record<string, string> = {}
  const { password, 'encryption-key': key, 'master-pubkey': master } = secrets

  if (isNew || 'password' in secrets) put(config, passwordFile(id), password && `${password}\n`)

  if (key !== undefined) {
    const text = key === 'autogen' ? newEncryptionKey() : key
    options['encryption-key'] = fingerprintOf(text)
    told['encryption-key'] = text
    put(config, encryptionKeyFile(id), key === 'autogen' ? text : `${text}\n`)
  } else if (isNew || 'encryption-key' in secrets) config.remove(encryptionKeyFile(id))

  if (master !== undefined) {
    if (isNew && key === undefined) {
      throw failed("'master-pubkey' can only be used together with 'encryption-key'")
    }
    put(config, masterKeyFile(id), `${Buffer.from(master, 'base64').toString('latin1')}\n`)
    options['master-pubkey'] = '1'
  } else if (isNew || 'master-pubkey' in secrets) config.remove(masterKeyFile(id))

  return { options, told }
}

function fingerprintOf(key: string): string {
  const parsed = parseKey(key)
  if (!parsed || !('data' in parsed)) {
    throw failed('Value does not seems like a valid, JSON formatted encryption key!')
  }
  const { fingerprint } = { fingerprint: undefined, ...parsed }
  return typeof fingerprint === 'string' && fingerprint !== '' ? fingerprint : '1'
}

function parseKey(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** A key file as the backup client writes it for a key without a passphrase. */
function newEncryptionKey(): string {
  const now = new Date().toISOString().replace(/\.\d+Z$/, '+00:00')
  const fingerprint = randomBytes(32)
    .toString('hex')
    .replaceAll(/..(?=.)/g, '$&:')
  const data = randomBytes(32).toString('base64')
  return JSON.stringify({ kdf: null, created: now, modified: now, data, fingerprint })
}

/** pve-storage CephConfig.pm: ceph_create_keyfile, ceph_remove_keyfile, ceph_create_configuration */
function keepKeyring(config: ConfigTree, { section, secrets, isNew }: SecretsOf): void {
  const { id, type } = section
  const file = keyringFile(id, type)
  const secret = secrets.keyring ?? (isNew ? clusterKeyring(config, type) : undefined)
  if (isNew && secrets.keyring === undefined && config.has(file)) {
    throw failed(`ceph authx keyring file for storage '${id}' already exists!`)
  }
  put(config, file, secret && `${secret.replace(/\n$/, '')}\n`)
  if (isNew && type === 'rbd' && section.options.monhost !== undefined && config.has(file)) {
    if (config.has(cephConfigFile(id))) return
    config.write(cephConfigFile(id), `[global]\n\tkeyring = /etc/pve/${file}\n\n`)
  }
}

/** What a hyper-converged cluster knows itself. */
function clusterKeyring(config: ConfigTree, type: string): string | undefined {
  const keyring = config.read('priv/ceph.client.admin.keyring')
  return type === 'cephfs' ? /^\s*key\s*=\s*(\S+)/m.exec(keyring ?? '')?.[1] : keyring
}

function put(config: ConfigTree, file: string, text: string | undefined): void {
  if (text === undefined) config.remove(file)
  else config.write(file, text)
}

const passwordFile = (id: string): string => `priv/storage/${id}.pw`
const encryptionKeyFile = (id: string): string => `priv/storage/${id}.enc`
const masterKeyFile = (id: string): string => `priv/storage/${id}.master.pem`
const cephConfigFile = (id: string): string => `priv/ceph/${id}.conf`
const keyringFile = (id: string, type: string): string =>
  `priv/ceph/${id}.${type === 'cephfs' ? 'secret' : 'keyring'}`
