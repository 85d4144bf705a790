import { isIPv6 } from 'node:net'
import { failed } from '../../../engine/fault.js'
import type { SectionOptions } from '../../section-config.js'
import type { StoredVolume } from '../backing.js'
import type { ContentType, ImageFormat, ParsedVolume } from '../storages.js'
import type { Formats, ShownVolume, StoragePlugin } from './plugin.js'

const optional = { optional: true }
const fixed = { fixed: true }

interface RemoteStorage {
  readonly type: string
  readonly options: SectionOptions
  readonly allowed: readonly ContentType[]
  readonly default: readonly ContentType[]
  readonly formats?: Formats
  /** Formats of volumes that disks may be made of. */
  readonly copied?: readonly ImageFormat[]
  readonly place: (options: Readonly<Record<string, string>>) => string
  readonly parse: StoragePlugin['parse']
  readonly path: StoragePlugin['path']
  readonly show: (stored: StoredVolume) => ShownVolume | undefined
  readonly allocationText: string
  /** Refusal to remove a volume; undefined where that is possible. */
  readonly removalText?: string
}

/** A storage whose volumes are made elsewhere. */
function remoteStorage(definition: RemoteStorage): StoragePlugin {
  const { type, options, allocationText, removalText } = definition
  function refuse(): never {
    throw failed(allocationText)
  }
  return {
    type,
    options,
    content: { allowed: definition.allowed, default: definition.default },
    features: { copy: { current: definition.copied ?? [] } },
    formats: () => definition.formats ?? { valid: ['raw'], default: 'raw' },
    place: (entry) => ({
      key: `${type}::${definition.place(entry.options)}`,
      capacity: 400 * 2 ** 30,
      base: 0,
    }),
    parse: definition.parse,
    print: ({ content, name }) => (content === 'backup' ? `backup/${name}` : name),
    storedName: ({ name }) => name,
    show: definition.show,
    path: definition.path,
    plan: refuse,
    freeName: refuse,
    clone: refuse,
    requireTemplatable: refuse,
    measure: (size) => ({ size, used: size }),
    baseName: (name) => name,
    ...(removalText !== undefined && {
      requireRemovable() {
        throw failed(removalText)
      },
    }),
  }
}

/** pve-storage Storage/PBSPlugin.pm */
export const pbs: StoragePlugin = {
  ...remoteStorage({
    type: 'pbs',
    options: {
      server: fixed,
      datastore: fixed,
      namespace: optional,
      port: optional,
      nodes: optional,
      disable: optional,
      content: optional,
      username: optional,
      password: optional,
      'encryption-key': optional,
      'master-pubkey': optional,
      'prune-backups': optional,
      'max-protected-backups': optional,
      fingerprint: optional,
    },
    allowed: ['backup', 'none'],
    default: ['backup'],
    place: ({ server, datastore, namespace }) =>
      `${server}:${datastore}${namespace === undefined ? '' : `/${namespace}`}`,
    parse: parseSnapshot,
    path({ name }, { options }) {
      const { namespace } = options
      return `pbs://${repositoryOf(options)}/${name}${
        namespace === undefined ? '' : `?ns=${namespace.replaceAll('/', '%2f')}`
      }`
    },
    show({ name }) {
      const [, kind, vmid] = /^(vm|ct)\/(\d+)\/\S+$/.exec(name) ?? []
      if (kind === undefined) return undefined
      return {
        volname: `backup/${name}`,
        content: 'backup',
        vmid: Number(vmid),
        format: `pbs-${kind}`,
      }
    },
    allocationText: "can't allocate space in pbs storage",
  }),
  alwaysShared: true,
}

/** A datastore as the backup client names it. pve-common PBSClient.pm: get_repository */
export function repositoryOf({
  server = '',
  port = '8007',
  datastore,
  username = 'root@pam',
}: Readonly<Record<string, string>>): string {
  const host = isIPv6(server) ? `[${server}]` : server
  return `${username}@${host}${port === '8007' ? '' : `:${port}`}:${datastore}`
}

/** pve-storage Storage/ISCSIPlugin.pm */
export const iscsi: StoragePlugin = {
  ...remoteStorage({
    type: 'iscsi',
    options: targetOptions(),
    allowed: ['images', 'none'],
    default: ['images'],
    copied: ['raw'],
    place: ({ portal, target }) => `${portal}/${target}`,
    parse(volname) {
      const name = /^\d+\.\d+\.\d+\.([^/\s]+)$/.exec(volname)?.[1]
      if (name === undefined) throw failed(`unable to parse iscsi volume name '${volname}'`)
      return unowned('images', volname)
    },
    path: ({ name }) => `/dev/disk/by-id/${name.replace(/^\d+\.\d+\.\d+\./, '')}`,
    show: ({ name }) => ({ volname: name, content: 'images', vmid: undefined, format: 'raw' }),
    allocationText: "can't allocate space in iscsi storage",
    removalText: "can't free space in iscsi storage",
  }),
  alwaysShared: true,
  selectExisting: true,
  isUnsized: true,
}

/** pve-storage Storage/ISCSIDirectPlugin.pm */
export const iscsidirect: StoragePlugin = {
  ...remoteStorage({
    type: 'iscsidirect',
    options: targetOptions(),
    allowed: ['images', 'none'],
    default: ['images'],
    copied: ['raw'],
    place: ({ portal, target }) => `${portal}/${target}`,
    parse(volname) {
      if (!/^lun\d+$/.test(volname)) {
        throw failed(`unable to parse iscsi volume name '${volname}'`)
      }
      return unowned('images', volname)
    },
    path: ({ name }, { options }) =>
      `iscsi://${options.portal}/${options.target}/${name.replace('lun', '')}`,
    show: ({ name }) => ({ volname: name, content: 'images', vmid: undefined, format: 'raw' }),
    allocationText: "can't allocate space in iscsi storage",
    removalText: "can't free space in iscsi storage",
  }),
  alwaysShared: true,
  selectExisting: true,
  isUnsized: true,
}

const esxiClass = 'PVE::Storage::ESXiPlugin'

/** pve-storage Storage/ESXiPlugin.pm */
export const esxi: StoragePlugin = {
  ...remoteStorage({
    type: 'esxi',
    options: {
      nodes: optional,
      shared: optional,
      disable: optional,
      content: optional,
      server: {},
      username: {},
      password: optional,
      'skip-cert-verification': optional,
      port: optional,
    },
    allowed: ['import'],
    default: ['import'],
    formats: { valid: ['raw', 'qcow2', 'vmdk'], default: 'raw' },
    copied: ['raw', 'vmdk'],
    place: ({ server }) => server ?? '',
    parse(volname) {
      if (!/^[^/]+\/[^/]+\/.+$/.test(volname)) throw failed(`failed to parse volname '${volname}'`)
      if (volname.endsWith('.vmx')) return { ...unowned('import', volname), format: 'vmx' }
      const format = volname.endsWith('.vmdk') ? 'vmdk' : 'raw'
      return { ...unowned('images', volname), format }
    },
    path: ({ name }, { id }) => `/run/pve/import/esxi/${id}/mnt/${name}`,
    show: ({ name }) =>
      name.endsWith('.vmx')
        ? { volname: name, content: 'import', vmid: undefined, format: 'vmx' }
        : undefined,
    allocationText: `creating images is not supported for ${esxiClass}`,
    removalText: `deleting images is not supported for ${esxiClass}`,
  }),
  isUnsized: true,
}

function targetOptions(): SectionOptions {
  return {
    portal: fixed,
    target: fixed,
    nodes: optional,
    disable: optional,
    content: optional,
    bwlimit: optional,
  }
}

function unowned(content: ContentType, name: string): ParsedVolume {
  return { content, name, vmid: undefined, base: undefined, isBase: false, format: 'raw' }
}

/** pve-storage Storage/PBSPlugin.pm: parse_volname */
function parseSnapshot(volname: string): ParsedVolume {
  const match = /^backup\/([^\s_]+)\/([^\s_]+)\/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/.exec(volname)
  if (!match) throw failed(`unable to parse PBS volume name '${volname}'`)
  const [, kind = '', id = '', time = ''] = match
  return {
    content: 'backup',
    name: `${kind}/${id}/${time}`,
    vmid: /^\d+$/.test(id) ? Number(id) : undefined,
    base: undefined,
    isBase: false,
    format: `pbs-${kind}`,
  }
}
