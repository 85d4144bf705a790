import { normalize } from 'node:path/posix'
import { failed } from '../../../engine/fault.js'
import type { Handler } from '../../../engine/handle.js'
import { readProperties } from '../../guest/property-string.js'
import type { Section } from '../../section-config.js'
import { collection, type Collection } from '../../stored/collection.js'
import { text, type StoredContext } from '../../stored/stored-handler.js'

type Kind = 'pci' | 'usb' | 'dir'

interface Diagnosis {
  readonly severity: 'warning' | 'error'
  readonly message: string
}

// pve-manager API2/Cluster/Mapping: PCI.pm, USB.pm, Dir.pm
function mapping(kind: Kind, options: Partial<Collection> & Pick<Collection, 'types'>): Handler[] {
  const noun = kind === 'dir' ? 'directory' : 'hardware'
  return collection({
    file: `mapping/${kind === 'dir' ? 'directory' : kind}.cfg`,
    path: `/cluster/mapping/${kind}`,
    id: 'id',
    hasIdHeader: true,
    updateIsComplete: true,
    texts: {
      missing: (id) => `mapping '${id}' not found`,
      unknown: (id) => `${kind} ID '${id}' does not exist`,
      exists: (id) => `${kind} ID '${id}' already defined`,
      creating: `create ${noun} mapping failed`,
      updating: `update ${noun} mapping failed`,
      deleting: `delete ${kind} mapping failed`,
    },
    beforeList: ({ params, cluster, node }) => {
      // The call is passed on to the node that is to check.
      const asked = text(params, 'check-node')
      if (asked !== '') cluster.locate(asked, { node })
    },
    maySee: ({ rights }, { id }) =>
      rights.hasAny(`/mapping/${kind}/${id}`, ['Mapping.Modify', 'Mapping.Use', 'Mapping.Audit']),
    show: (data, context, isListed) => (isListed ? withDiagnoses(kind, data, context) : data),
    ...options,
  })
}

function withDiagnoses(
  kind: Kind,
  data: Record<string, unknown>,
  context: StoredContext,
): Record<string, unknown> {
  const asked = text(context.params, 'check-node')
  if (asked === '') return data
  const node = asked === 'localhost' ? context.node : asked
  const maps = Array.isArray(data.map) ? data.map.map(String) : []
  const own = maps.map((map) => readProperties(map, {})).filter((map) => map.node === node)
  const found =
    own.length === 0
      ? [{ severity: 'warning', message: `No mapping for node ${node}.` } as const]
      : own.flatMap((map) => diagnose(kind, map, context))
  return { ...data, [kind === 'usb' ? 'errors' : 'checks']: found }
}

type MapEntry = Readonly<Record<string, string>>

/** The simulated machines have none of the devices that a mapping could name. */
function diagnose(kind: Kind, map: MapEntry, context: StoredContext): Diagnosis[] {
  const message = (() => {
    if (kind === 'usb') return `usb device '${map.path ?? map.id ?? ''}' not found`
    if (kind === 'dir') return missingDirectory(map, context)
    const [first = ''] = (map.path ?? '').split(';')
    return `pci device '${/\.[a-f0-9]/i.test(first) ? first : `${first}.0`}' not found`
  })()
  if (message === undefined) return []
  return [{ severity: 'error', message: `Invalid configuration: ${message}\n` }]
}

/**
 * Nothing tells which directories a simulated machine has. Those exist that lie where machines keep and mount data; no
 * file is one.
 */
function missingDirectory(
  { path = '' }: MapEntry,
  { cluster, node }: StoredContext,
): string | undefined {
  const plain = normalize(path).replace(/\/+$/, '')
  if (Object.hasOwn(cluster.node(node).files, plain)) {
    return `Path ${path} exists, but is not a directory`
  }
  return dataDirectories.test(plain) ? undefined : `Path ${path} does not exist`
}

const dataDirectories = /^\/(?:home|media|mnt|opt|root|srv|tmp|usr|var)(?:\/|$)/

/** pve-guest-common Mapping/Dir.pm: assert_valid_map_list */
function requireDirectories({ lists }: Section, context: StoredContext): void {
  const counts = new Map<string, number>()
  for (const map of lists?.map ?? []) {
    const entry = readProperties(map, {})
    const missing = entry.node === context.node ? missingDirectory(entry, context) : undefined
    if (missing !== undefined) throw failed(missing)
    counts.set(entry.node ?? '', (counts.get(entry.node ?? '') ?? 0) + 1)
  }
  for (const [node, count] of counts) {
    if (count > 1) throw failed(`Node '${node}' is specified ${count} times.`)
  }
}

const optional = { optional: true } as const

export const mappingHandlers: readonly Handler[] = [
  ...mapping('pci', {
    types: {
      pci: { description: optional, mdev: optional, 'live-migration-capable': optional, map: {} },
    },
  }),
  ...mapping('usb', { types: { usb: { description: optional, map: {} } } }),
  ...mapping('dir', {
    types: { dir: { description: optional, map: {} } },
    accept: requireDirectories,
  }),
]
