import { failed } from '../../../engine/fault.js'
import type { ParsedVolume, StorageEntry } from '../storages.js'
import { blockStorage, requireOwnName } from './block-storage.js'
import type { StoragePlugin } from './plugin.js'

const raw = ['raw'] as const
const optional = { optional: true }

/** pve-storage Storage/RBDPlugin.pm */
export const rbd: StoragePlugin = blockStorage({
  type: 'rbd',
  options: {
    nodes: optional,
    disable: optional,
    monhost: optional,
    pool: optional,
    'data-pool': optional,
    namespace: optional,
    username: optional,
    content: optional,
    krbd: optional,
    keyring: optional,
    bwlimit: optional,
  },
  content: { allowed: ['images', 'rootdir'], default: ['images'] },
  alwaysShared: true,
  formats: () => ({ valid: raw, default: 'raw' }),
  features: {
    snapshot: { current: raw, snap: raw },
    clone: { base: raw, snap: raw },
    template: { current: raw },
    copy: { base: raw, current: raw, snap: raw },
    sparseinit: { base: raw, current: raw },
    rename: { current: raw },
  },
  place: (entry) => ({
    key: `rbd:${entry.options.monhost ?? ''}:${poolPath(entry)}`,
    capacity: 400 * 2 ** 30,
    base: 0,
  }),
  parse: parseRbdVolume,
  path: rbdPath,
  listed: /^(?:vm|base)-(\d+)-/,
  namesBase: true,
  unit: 2 ** 20,
  isThick: () => false,
  formatRefusal: () => undefined,
  checkName: requireOwnName('vm'),
  existsText: (name) => `rbd create '${name}' error: rbd: create error: (17) File exists`,
  fullText: (name) => `rbd create '${name}' error`,
  requireTemplatable(volume) {
    if (volume.isBase) throw failed('create_base not possible with base image')
  },
  requireClonable(volume, { volname, snapshot }) {
    if (snapshot === undefined && !volume.isBase) {
      throw failed(`${volname} is not a base image and snapname is not provided`)
    }
  },
})

/** pve-storage Storage/RBDPlugin.pm: parse_volname */
function parseRbdVolume(volname: string): ParsedVolume {
  const match = /^(?:(base-(\d+)-\S+)\/)?((base)?(?:vm)?-(\d+)-\S+)$/.exec(volname)
  if (!match) throw failed(`unable to parse rbd volume name '${volname}'`)
  const [, baseName, baseVmid, name = '', isBase, vmid] = match
  return {
    content: 'images',
    name,
    vmid: Number(vmid),
    base: baseName === undefined ? undefined : { name: baseName, vmid: Number(baseVmid) },
    isBase: isBase !== undefined,
    format: 'raw',
  }
}

function poolPath({ options }: StorageEntry): string {
  const pool = options.pool ?? 'rbd'
  return options.namespace === undefined ? pool : `${pool}/${options.namespace}`
}

/** pve-storage Storage/RBDPlugin.pm: path */
function rbdPath({ name }: ParsedVolume, entry: StorageEntry): string {
  const { monhost, krbd, username = 'admin' } = entry.options
  const image = `${poolPath(entry)}/${name}`
  if (krbd === '1') return `/dev/rbd-pve/${image}`
  const keyring = `/etc/pve/priv/ceph/${entry.id}.keyring`
  const connection =
    monhost === undefined
      ? ':conf=/etc/pve/ceph.conf'
      : `:mon_host=${monhost.replaceAll(/[\s,;]+/g, ';').replaceAll(':', '\\:')}:auth_supported=cephx`
  return `rbd:${image}${connection}:id=${username}:keyring=${keyring}`
}
