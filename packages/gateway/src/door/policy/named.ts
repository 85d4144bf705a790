import { decodeUpid, type Schema, UpidError } from '@proxkit/schema'
import { type Call, textsIn } from './call.js'

/** What a call is about, as its parameters name it. */
export interface Named {
  readonly nodes: readonly string[]
  /** By vmid, those included whose volumes, backups and tasks are named. */
  readonly guests: readonly string[]
  /** Guests that the call creates. */
  readonly created: readonly string[]
  readonly pools: readonly string[]
}

/** Finds in the parameters, by their formats, the nodes, guests and pools that a call is about. */
export function namedBy({ verb, method, parameters }: Call): Named {
  const nodes: string[] = []
  const guests: string[] = []
  const created: string[] = []
  const pools: string[] = []
  for (const [name, value] of Object.entries(parameters)) {
    const schema = method.parameters.properties?.[name]
    const format = formatOf(schema)
    const texts = textsIn(value)
    const items = texts.flatMap((text) => text.split(/[\s,;\0]+/)).filter((text) => text !== '')
    if (nodeFormats.has(format)) nodes.push(...items.map((item) => item.replace(/:-?\d+$/, '')))
    else if (guestFormats.has(format)) {
      const isNew =
        name === 'newid' || (name === 'vmid' && creations.test(`${verb} ${method.path}`))
      const list = isNew ? created : guests
      list.push(...items.map((item) => item.replace(/^(?:vm|ct):/, '').replace(/-\d+$/, '')))
    } else if (format === 'pve-poolid' || (name === 'pool' && backups.test(method.path))) {
      pools.push(...items)
    } else if (name === 'upid') guests.push(...texts.map(guestOfTask))
    else if (!remarks.has(name)) guests.push(...texts.flatMap(guestsOfVolumes))
  }
  return { nodes, guests, created, pools }
}

const formatOf = (schema: Schema | undefined): string =>
  schema?.format ?? schema?.items?.format ?? ''

const nodeFormats: ReadonlySet<string> = new Set(['pve-node', 'pve-node-list', 'pve-ha-node-list'])

const guestFormats: ReadonlySet<string> = new Set([
  'pve-vmid',
  'pve-vmid-list',
  'pve-ha-resource-id',
  'pve-ha-resource-id-list',
  'pve-ha-resource-or-vm-id',
  'pve-replication-id',
  'pve-replication-job-id',
])

const creations = /^POST \/nodes\/\{node\}\/(?:qemu|lxc)$/
const backups = /\/vzdump$|^\/cluster\/backup/

/** Texts for people, in which a name means nothing. */
const remarks: ReadonlySet<string> = new Set(['comment', 'description', 'notes-template'])

/** What a task is about; a text that is no UPID names no guest that could be. */
function guestOfTask(upid: string): string {
  try {
    return decodeUpid(upid).id
  } catch (error) {
    if (error instanceof UpidError) return upid
    throw error
  }
}

/** The owners of the volumes and backups in a text. pve-storage PVE/Storage/Plugin.pm: parse_name_dir, parse_volname */
function guestsOfVolumes(text: string): readonly string[] {
  return volumeOwners.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => match[1] ?? ''),
  )
}

const volumeOwners = [
  /(?<![a-z0-9])(?:vm|base|subvol|basevol)-(\d+)-/gi,
  /(?<![a-z0-9])vzdump-[a-z]+-(\d+)-/gi,
  // In a directory: the number of the guest is the name of its folder.
  /(?<![a-z0-9])(?:images|private|rootdir)\/(\d+)\//gi,
  /:(\d+)\//g,
  // On a Proxmox Backup Server
  /(?<![a-z0-9])(?:vm|ct)\/(\d+)(?![\d])/gi,
]
