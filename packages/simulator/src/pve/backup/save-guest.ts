import { failed, faultText } from '../../engine/fault.js'
import { membership } from '../cluster/membership.js'
import { isHaStarted } from '../guest/high-availability.js'
import { pruneBackups } from '../storage/prune-backups.js'
import { requireProtectable } from '../storage/volume-attributes.js'
import { contentRow } from '../storage/content-row.js'
import { printArchiveSize, printDuration, printTime } from './backup-log.js'
import { ContainerBackup } from './container-backup.js'
import type { ArchivePaths, BackupMode, BackupRun, GuestBackup } from './guest-backup.js'
import { MachineBackup } from './machine-backup.js'
import { fillNotes } from './notes-template.js'

/** How many backups of one guest are kept, by option. */
export type Retention = Readonly<Record<string, string>>

export interface SaveOptions {
  readonly vmid: number
  readonly retention: Retention
  /** Removes those that the retention does not cover. */
  readonly prunes: boolean
}

/** Saves one guest and tells whether that went well; the log says all the rest. VZDump.pm: exec_backup_task */
export async function saveGuest(run: BackupRun, options: SaveOptions): Promise<boolean> {
  const { cluster, log, task } = run
  const begin = cluster.clock.now()
  const { vmid } = options
  try {
    const place = cluster.guests.get(vmid)
    if (!place) throw failed(`unable to find VM '${vmid}'`)
    const guest =
      place.type === 'lxc' ? new ContainerBackup(run, vmid) : new MachineBackup(run, vmid)
    requireAllowed(run, { guest, ...options })
    await save(run, { guest, begin, ...options })
  } catch (error) {
    const reason = task.signal.aborted ? 'interrupted by signal' : faultText(error)
    log.error(`Backup of VM ${vmid} failed - ${reason}`)
    log.info(`Failed at ${printTime(cluster.clock.now())}`)
    if (task.signal.aborted) throw failed('interrupted by signal')
    return false
  }
  log.info(`Finished Backup of VM ${vmid} (${printDuration(cluster.clock.now() - begin)})`)
  log.info(`Backup finished at ${printTime(cluster.clock.now())}`)
  return true
}

interface Saving extends SaveOptions {
  readonly guest: GuestBackup
  /** Milliseconds since the epoch. */
  readonly begin: number
}

/** What speaks against a backup before it begins. */
function requireAllowed(
  { cluster, options, target, node, rights }: BackupRun,
  { guest, vmid, retention, prunes }: Omit<Saving, 'begin'>,
): void {
  if (options.mode === 'stop' && isHaStarted(cluster.config, vmid)) {
    throw failed(
      'Cannot execute a backup with stop mode on a HA managed and' +
        ' enabled Service. Use snapshot mode or disable the Service.',
    )
  }
  if (!target) return
  const limit = backupLimit(retention)
  const isProtected = options.protected === '1'
  if (!(limit > 0 && !prunes) && !isProtected) return
  const own = cluster.storages
    .volumes(target.entry.id, node)
    .filter((volume) => volume.content === 'backup' && volume.vmid === vmid)
    .filter((volume) => [undefined, guest.type].includes(subtypeOf(contentRow(volume))))
  if (isProtected) {
    const count = own.filter(({ stored }) => stored.protected).length
    requireProtectable({ entry: target.entry, count }, rights)
  } else if (own.filter(({ stored }) => !stored.protected).length >= limit) {
    throw failed(
      `There is a max backup limit of ${limit} enforced by the target storage ` +
        'or the vzdump parameters. Either increase the limit or delete old backups.',
    )
  }
}

function backupLimit(retention: Retention): number {
  if (Number(retention['keep-all'] ?? 0)) return 0
  return Object.values(retention).reduce((sum, count) => sum + Number(count), 0)
}

function subtypeOf({ subtype }: Record<string, unknown>): 'qemu' | 'lxc' | undefined {
  return subtype === 'qemu' || subtype === 'lxc' ? subtype : undefined
}

async function save(run: BackupRun, saving: Saving): Promise<void> {
  const { cluster, log } = run
  const { guest, vmid, begin } = saving
  log.info(`Starting Backup of VM ${vmid} (${guest.type})`)
  log.info(`Backup started at ${printTime(cluster.clock.now())}`)
  const wasRunning = guest.isRunning
  log.info(`status = ${wasRunning ? 'running' : 'stopped'}`)
  await guest.lock()
  let mode: BackupMode = 'stop'
  let isSuspended = false
  try {
    mode = prepare(run, guest)
    const paths = archivePaths(run, { guest, vmid, begin })
    log.info(`backup mode: ${mode}`)
    const { bwlimit = '0', ionice = '7' } = run.options
    if (bwlimit !== '0') log.info(`bandwidth limit: ${bwlimit} KiB/s`)
    log.info(`ionice priority: ${ionice}`)
    if (mode === 'snapshot') guest.snapshot()
    else guest.prepare(mode)
    if (mode === 'stop' && wasRunning) {
      log.info('stopping virtual guest')
      await guest.stop()
    } else if (mode === 'suspend') {
      if (guest.type === 'qemu') log.info('suspending guest')
      await guest.suspend(paths)
      isSuspended = guest.staysSuspended
    }
    const config = guest.assemble()
    const firewall = cluster.config.read(`firewall/${vmid}.fw`)
    const files = guest.files()
    const server = run.target && run.target.dumpdir === undefined
    log.info(`creating ${server ? 'Proxmox Backup Server' : 'vzdump'} archive '${paths.archive}'`)
    const size = (await guest.archive(paths)) + Buffer.byteLength(config)
    finish(run, { ...saving, paths, config, firewall, files, size })
  } finally {
    guest.unlock()
    guest.cleanUp()
    if (isSuspended) {
      log.info('resume vm')
      guest.resume()
    } else if (wasRunning && mode === 'stop' && !guest.isRunning) {
      log.info('restarting vm')
      await guest.start()
      log.info('guest is online again after 1 seconds')
    }
  }
}

/** The mode that is possible; in mode `snapshot` the guest is prepared then. */
function prepare({ options, log }: BackupRun, guest: GuestBackup): BackupMode {
  const wanted = options.mode === 'suspend' || options.mode === 'stop' ? options.mode : 'snapshot'
  if (!guest.isRunning) return 'stop'
  if (wanted !== 'snapshot') return wanted
  try {
    guest.prepare('snapshot')
    return 'snapshot'
  } catch (error) {
    const reason = faultText(error)
    if (!reason.startsWith('mode failure')) throw error
    log.info(reason)
    log.info("trying 'suspend' mode instead")
    return 'suspend'
  }
}

function archivePaths(
  { dumpdir, compressor, task }: BackupRun,
  { guest, vmid, begin }: Pick<Saving, 'guest' | 'vmid' | 'begin'>,
): ArchivePaths {
  const time = new Date(begin).toISOString()
  const pid = Number.parseInt(task.upid.split(':')[2] ?? '', 16)
  if (dumpdir === undefined) {
    const archive = `${guest.type === 'lxc' ? 'ct' : 'vm'}/${vmid}/${time.slice(0, 19)}Z`
    return { archive, unfinished: '', directory: `/var/tmp/vzdumptmp${pid}_${vmid}` }
  }
  const stamp = time.slice(0, 19).replaceAll('-', '_').replace('T', '-').replaceAll(':', '_')
  const base = `${dumpdir}/vzdump-${guest.type}-${vmid}-${stamp}`
  const extension = guest.type === 'lxc' ? '.tar' : '.vma'
  const archive = `${base}${extension}${compressor ? `.${compressor.extension}` : ''}`
  return {
    archive,
    unfinished: archive.replace(/\.[^.]+$/, '.dat'),
    directory: `${base}.tmp`,
  }
}

interface Finished extends Saving {
  readonly paths: ArchivePaths
  readonly config: string
  readonly firewall: string | undefined
  readonly files: Readonly<Record<string, string>>
  /** Bytes. */
  readonly size: number
}

function finish(run: BackupRun, saved: Finished): void {
  const { cluster, node, log, target, options } = run
  const { guest, vmid, paths, config, firewall, files, size, retention, prunes } = saved
  const name = target?.dumpdir === undefined ? paths.archive : basename(paths.archive)
  if (target) {
    const volid = `${target.entry.id}:backup/${name}`
    const encrypted = target.entry.options['encryption-key']
    cluster.storages.store(volid, {
      node,
      size,
      content: config,
      ...(firewall !== undefined && { firewall }),
      ...(encrypted !== undefined && { encrypted }),
      // Nothing gives the files of other archives back one by one.
      ...(target.dumpdir === undefined && { files }),
    })
    if (target.dumpdir !== undefined) log.info(`archive file size: ${printArchiveSize(size)}`)
    const template = options['notes-template']
    if (template) {
      log.info('adding notes to backup')
      const notes = fillNotes(template, {
        cluster: membership(cluster)?.name ?? 'standalone node',
        guestname: guest.name,
        node,
        vmid: String(vmid),
      })
      cluster.storages.annotate(volid, { node, notes })
    }
    if (options.protected === '1') {
      log.info('marking backup as protected')
      cluster.storages.annotate(volid, { node, protected: true })
    }
  } else log.info(`archive file size: ${printArchiveSize(size)}`)
  if (target && prunes) {
    const kept = Object.entries(retention)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([option, count]) => `${option}=${count}`)
    log.info(`prune older backups with retention: ${kept.join(', ')}`)
    const removed = pruneBackups(
      { storage: target.entry.id, retention, vmid, type: guest.type },
      { storages: cluster.storages, node, log: (line) => log.info(line) },
    )
    const extra = removed > 0 ? ' not covered by keep-retention policy' : ''
    log.info(`pruned ${removed} backup(s)${extra}`)
  }
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
