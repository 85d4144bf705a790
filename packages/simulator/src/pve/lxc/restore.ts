import { failed } from '../../engine/fault.js'
import type { GuestConfig, ReadonlyGuestConfig, ReadonlySection } from '../guest/config-file.js'
import { requireVnetAccess } from '../guest/guest-rights.js'
import { splitVolumeId } from '../storage/volume-id.js'
import { parseContainerConfig, rawLines } from './container-config.js'
import type { ContainerJob } from './container-job.js'
import type { CreateRequest } from './create-request.js'
import { formatMountPoint, mountPointsOf, mountType, sizeOf } from './mount-point.js'
import { isNetworkName, readNetwork, withNewAddress } from './network.js'

/** The configuration that an archive holds. */
export type SavedContainer = ReadonlyGuestConfig

interface Restore {
  readonly request: CreateRequest
  readonly config: GuestConfig
}

/**
 * Reads the configuration in an archive and takes over what has to be known before anything is unpacked.
 *
 * pve-container LXC/Create.pm: recover_config
 */
export function recoverConfig(
  { cluster, container, rights, log }: ContainerJob,
  { request, config }: Restore,
): SavedContainer {
  const { archive, params, unprivileged } = request
  log(`recovering backed-up configuration from '${archive}'`)
  if (!splitVolumeId(archive)) throw failed(`can't find file '${archive}'`)
  const { stored } = cluster.storages.requireVolume(archive, container.node)
  if (stored.content === undefined) throw failed('unable to find configuration in the archive')
  const saved = parseContainerConfig(stored.content)
  for (const [name, value] of saved.main) {
    if (!isNetworkName(name) || params[name] !== undefined || rights.user === 'root@pam') continue
    requireVnetAccess(readNetwork(value), { rights, config: cluster.config })
  }
  const raw = saved.main.get('lxc')
  if (rights.user === 'root@pam' && raw !== undefined) config.main.set('lxc', raw)
  const wasUnprivileged = saved.main.get('unprivileged')
  if (unprivileged === undefined && wasUnprivileged !== undefined) {
    config.main.set('unprivileged', wasUnprivileged)
  }
  const isPrivileged = (config.main.get('unprivileged') ?? '0') === '0'
  const old = container.config.main
  if (isPrivileged && (old.size <= 1 || old.get('unprivileged') === '1')) {
    rights.require('/', 'Sys.Modify')
  }
  return saved
}

/** The mount points to make, and those of the node that come only after the unpacking. */
export function restoredMountPoints(
  { rights }: ContainerJob,
  { request, saved }: { readonly request: CreateRequest; readonly saved: SavedContainer },
): { wanted: ReadonlySection; later: ReadonlySection } {
  const wanted = new Map<string, string>()
  const later = new Map<string, string>()
  if (!saved.main.has('rootfs')) {
    throw failed('rootfs configuration could not be recovered, please check and specify manually!')
  }
  for (const { name, mountPoint } of mountPointsOf(saved.main)) {
    const type = mountType(mountPoint)
    if (type === 'volume') {
      const size = sizeOf(mountPoint)
      if (size === undefined) {
        throw failed(`unable to detect disk size - please specify ${name} (size)`)
      }
      const { size: _, ...kept } = mountPoint
      const volume = `${request.storage}:${size / 2 ** 30}`
      wanted.set(name, formatMountPoint(name, { ...kept, volume }))
    } else {
      if (name === 'rootfs') {
        throw failed(
          `restoring rootfs to ${type} mount is only possible by specifying -rootfs manually!`,
        )
      }
      if (rights.user !== 'root@pam') {
        throw failed(`restoring '${name}' to ${type} mount is only possible for root`)
      }
      later.set(name, formatMountPoint(name, mountPoint))
    }
  }
  return { wanted, later }
}

/** Takes over the options that were not given anew. LXC/Create.pm: sanitize_and_merge_config */
export function mergeSaved(
  job: ContainerJob,
  { main }: GuestConfig,
  { request, saved }: { readonly request: CreateRequest; readonly saved: SavedContainer },
): void {
  const { cluster, rights } = job
  const isRestricted = rights.user !== 'root@pam'
  for (const [name, value] of saved.main) {
    if (notRestored.test(name)) continue
    const losesPrivilege =
      main.get('unprivileged') !== '1' && saved.main.get('unprivileged') === '1'
    if (isRestricted && name === 'features' && losesPrivilege) {
      job.log('changing from unprivileged to privileged, skipping features')
    } else if (isRestricted && name === 'lxc') warnOfRawLines(job, saved.main)
    else if (request.isUnique && isNetworkName(name)) {
      main.set(name, withNewAddress(value, cluster.config))
    } else if (!main.has(name)) main.set(name, value)
  }
}

const notRestored = /^(?:rootfs|mp\d+|unused\d+|unprivileged|parent|template)$/

function warnOfRawLines({ warn }: ContainerJob, saved: ReadonlySection): void {
  const rule = '-'.repeat(32)
  const lines = rawLines(saved).map(([key, value]) => `${key}: ${value}\n`)
  warn(`skipping custom lxc options, restore manually as root:\n${rule}\n${lines.join('')}${rule}`)
}
