import { failed, faultText } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import type { GuestConfig } from '../guest/config-file.js'
import type { Volume } from '../storage/storages.js'
import { splitVolumeId } from '../storage/volume-id.js'
import type { ContainerJob } from './container-job.js'
import { failurePrefix, type CreateRequest } from './create-request.js'
import { destroyVolumes } from './destroy-volumes.js'
import { convertVolumes } from './make-template.js'
import { usedVolumes } from './mount-point.js'
import { mergeSaved, recoverConfig, restoredMountPoints, type SavedContainer } from './restore.js'
import { applyImage, imageConfig } from './unpack-image.js'
import { setUpSystem, unpackArchive, unpackedSize } from './unpack-template.js'
import { createVolumes, removeVolumes } from './volumes.js'

interface FillOptions {
  readonly request: CreateRequest
  /** The options that were given, in their stored form. */
  readonly config: GuestConfig
  /** The container is made over one that is there. */
  readonly isReplacing: boolean
  /** Firewall rules of an archive stay where they are. */
  readonly skipsFirewall: boolean
}

/** Milliseconds that making a container takes, and unpacking a MiB. */
const creationTime = 300
const unpackTime = 4

/** Makes a container out of a template or a backup; the caller holds its lock. API2/LXC.pm: create_vm, $code */
export async function fillContainer(
  job: ContainerJob,
  task: Pick<Task, 'sleep'>,
  options: FillOptions,
): Promise<void> {
  const { container } = job
  const { request, isReplacing } = options
  const progress: Progress = { volumes: [], isOldGone: !isReplacing }
  try {
    await fill(job, task, { ...options, progress })
  } catch (error) {
    removeVolumes(job, progress.volumes)
    if (progress.isOldGone) {
      container.remove()
      if (!options.skipsFirewall) job.cluster.config.remove(`firewall/${container.vmid}.fw`)
    } else container.update(({ main }) => main.delete('lock'))
    throw failed(`${failurePrefix(request)} ${faultText(error)}`)
  }
}

interface Progress {
  volumes: readonly string[]
  /** What was there before cannot be kept any more. */
  isOldGone: boolean
}

async function fill(
  job: ContainerJob,
  task: Pick<Task, 'sleep'>,
  options: FillOptions & { readonly progress: Progress },
): Promise<void> {
  const { request, config, progress } = options
  const { container } = job
  const { main } = config
  const saved = request.isRestore ? recoverConfig(job, { request, config }) : undefined
  const before = container.edit()
  const { wanted, later } = wantedMountPoints(job, { request, saved })
  progress.isOldGone = true
  progress.volumes = createVolumes(job, { wanted, target: main })
  if (before.main.size > 1) {
    destroyVolumes(job, before)
    container.update((old) => {
      for (const name of old.main.keys()) if (name !== 'lock') old.main.delete(name)
      old.pending.clear()
      old.snapshots.clear()
    })
  }
  for (const volid of usedVolumes(main)) job.cluster.storages.requireVolume(volid, container.node)
  const archive = archiveOf(job, request)
  await task.sleep(creationTime + (unpackedSize(archive) / 2 ** 20) * unpackTime)
  if (saved) job.log(`restoring '${request.archive}' now..`)
  const image = saved ? undefined : imageConfig(archive)
  if (image) job.log('Detected OCI archive')
  unpackArchive(job, main, archive)
  if (image) applyImage(job, main, image)
  if (saved) {
    job.log('merging backed-up and given configuration..')
    mergeSaved(job, config, { request, saved })
    detectMissing(main)
    restoreFirewall(job, archive, options)
  } else setUpSystem(job, main, archive)
  main.set('hostname', main.get('hostname') || `CT${container.vmid}`)
  main.set('memory', main.get('memory') || '512')
  main.set('swap', main.get('swap') ?? '512')
  for (const [name, value] of later) main.set(name, value)
  if (saved?.main.get('template') === '1') {
    job.log('Convert restored container to template...')
    convertVolumes(job, main)
    main.set('template', '1')
  }
  container.write(config)
}

function wantedMountPoints(
  job: ContainerJob,
  { request, saved }: { request: CreateRequest; saved: SavedContainer | undefined },
): ReturnType<typeof restoredMountPoints> {
  if (request.mountPoints.size > 0) return { wanted: request.mountPoints, later: new Map() }
  if (saved) return restoredMountPoints(job, { request, saved })
  return { wanted: new Map([['rootfs', `${request.storage}:4`]]), later: new Map() }
}

/** pve-storage Storage.pm: abs_filesystem_path */
function archiveOf(job: ContainerJob, { archive, isRestore }: CreateRequest): Volume {
  const { cluster, container, log } = job
  try {
    if (!splitVolumeId(archive)) throw failed(`can't find file '${archive}'`)
    return cluster.storages.requireVolume(archive, container.node)
  } catch (error) {
    // The look for images of another kind fails first, and only warns.
    if (!isRestore) log(faultText(error))
    throw error
  }
}

/** Rules that the caller may not change stay as they are. LXC/Create.pm: restore_configuration_from_etc_vzdump */
function restoreFirewall(
  { cluster, container, warn }: ContainerJob,
  { stored: { firewall }, storage }: Volume,
  { skipsFirewall }: FillOptions,
): void {
  if (firewall === undefined || firewall === '') return
  const path = `firewall/${container.vmid}.fw`
  if (!skipsFirewall) {
    cluster.config.write(path, firewall)
    return
  }
  const source =
    storage.type === 'pbs' ? 'fw.conf' : `/var/lib/lxc/${container.vmid}/rootfs/etc/vzdump/pct.fw`
  warn(
    `ignoring firewall config from backup archive's '${source}', lacking API permission to modify firewall.`,
  )
  if (cluster.config.has(path)) {
    warn(`old firewall configuration in '/etc/pve/${path}' left in place!`)
  }
}

/** A configuration that was saved without these is one of an old release. */
function detectMissing(main: GuestConfig['main']): void {
  if (!main.has('arch')) main.set('arch', 'amd64')
  if (!main.has('ostype')) main.set('ostype', 'unmanaged')
}
