import { failed } from '../../engine/fault.js'
import type { Section } from '../section-config.js'
import type { Storages } from './storages.js'
import { parseVolumeId } from './volume-id.js'

/** Options that the type of a new storage fills in. Throws what its plugin finds wrong. */
export function optionsOfNewStorage(
  section: Section,
  context: { readonly storages: Storages; readonly node: string },
): Readonly<Record<string, string>> {
  if (section.type === 'lvm' && section.options.base) requireBase(section.options.base, context)
  if (section.type === 'zfs') return zfsBasePath(section.options)
  return {}
}

/** pve-storage Storage/LVMPlugin.pm: on_add_hook */
function requireBase(
  base: string,
  { storages, node }: { readonly storages: Storages; readonly node: string },
): void {
  const { storage } = parseVolumeId(base)
  const entry = storages.get(storage)
  if (!entry) throw failed(`base storage ID '${storage}' does not exist`)
  if (entry.type !== 'iscsi') throw failed(`unsupported base type '${entry.type}'`)
  storages.path(base)
  storages.requireActive(storage, node)
}

const basePaths: Readonly<Record<string, string>> = {
  comstar: '/dev/zvol/rdsk',
  istgt: '/dev/zvol',
  iet: '/dev/zvol',
  LIO: '/dev/zvol',
}

/** pve-storage Storage/ZFSPlugin.pm: on_add_hook */
function zfsBasePath(options: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (options['zfs-base-path']) return {}
  const provider = options.iscsiprovider ?? ''
  const path = Object.hasOwn(basePaths, provider) ? basePaths[provider] : undefined
  if (path === undefined) {
    throw failed(
      `${provider}: unknown iscsi provider. Available [comstar, istgt, iet, LIO]` +
        ' at /usr/share/perl5/PVE/Storage/ZFSPlugin.pm line 35.',
    )
  }
  return { 'zfs-base-path': path }
}
