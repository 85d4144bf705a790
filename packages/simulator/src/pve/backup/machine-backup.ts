import { randomUUID } from 'node:crypto'
import { failed, faultText } from '../../engine/fault.js'
import { canFreeze } from '../qemu/agent-state.js'
import { driveNames, driveSize, isCdrom, parseDrive, type Drive } from '../qemu/drive.js'
import { runMachine } from '../qemu/machine-process.js'
import { stopVm } from '../qemu/stop-vm.js'
import { guestFiles } from '../qemu/guest-system.js'
import { isSet } from '../qemu/vm-config.js'
import { jobOfTask, type VmJob } from '../qemu/vm-job.js'
import { requireUnlocked, type Vm } from '../qemu/vm.js'
import type { ReadonlySection } from '../guest/config-file.js'
import { formatSize } from '../guest/size.js'
import { freeFleecing, makeFleecing } from './fleecing.js'
import type { ArchivePaths, BackupMode, BackupRun, GuestBackup } from './guest-backup.js'
import { fullDirectory } from './full-directory.js'
import { clientCommand, tellEncryption } from './server-client.js'
import { transferDisks } from './transfer-disks.js'

/** A disk of a machine and whether backups have it. */
export interface BackupDisk {
  readonly name: string
  readonly drive: Drive
  readonly isIncluded: boolean
  readonly reason: string
}

/** qemu-server QemuConfig.pm: get_backup_volumes */
export function backupDisks(main: ReadonlySection): BackupDisk[] {
  return driveNames.flatMap((name) => {
    const drive = parseDrive(name, main.get(name) ?? '')
    if (!drive || isCdrom(drive)) return []
    if (name === 'efidisk0' && main.get('bios') !== 'ovmf') {
      return [{ name, drive, isIncluded: false, reason: 'efidisk but no OVMF BIOS' }]
    }
    // The original says no wherever the option is written, even for a yes.
    const reason = drive.backup === undefined ? 'backup=yes' : 'backup=no'
    return [{ name, drive, isIncluded: drive.backup !== '0', reason }]
  })
}

/** Saves a virtual machine. qemu-server VZDump/QemuServer.pm */
export class MachineBackup implements GuestBackup {
  readonly type = 'qemu'
  readonly #run: BackupRun
  readonly #vm: Vm
  readonly #job: VmJob
  #mode: BackupMode = 'stop'
  #wasRunning = false
  #wasPaused = false
  #stopTime: number | undefined
  #disks: BackupDisk[] = []

  constructor(run: BackupRun, vmid: number) {
    const { cluster, rights, task, node } = run
    this.#run = run
    this.#vm = cluster.qemu(node, vmid)
    const quiet = { cluster, vm: this.#vm, rights, log: () => {}, warn: () => {} }
    this.#job = jobOfTask(quiet, { ...task, log: (...lines) => run.log.info(lines.join('\n')) })
  }

  get name(): string {
    return this.#vm.config.main.get('name') ?? `VM ${this.#vm.vmid}`
  }

  get isRunning(): boolean {
    return this.#vm.isRunning
  }

  lock(): Promise<void> {
    return this.#vm.locked(() => {
      requireUnlocked(this.#vm.config.main)
      this.#vm.update(({ main }) => main.set('lock', 'backup'))
    })
  }

  unlock(): void {
    if (this.#vm.exists) this.#vm.update(({ main }) => main.delete('lock'))
  }

  prepare(mode: BackupMode): void {
    const { cluster, node, log } = this.#run
    const { main } = this.#vm.config
    this.#mode = mode
    this.#wasRunning = this.isRunning
    this.#wasPaused = this.#vm.run?.status === 'paused'
    const name = main.get('name')
    if (name !== undefined) log.info(`VM Name: ${name}`)
    const disks = backupDisks(main)
    for (const { name: key, drive, isIncluded, reason } of disks) {
      const size = driveSize(drive)
      log.info(
        isIncluded
          ? `include disk '${key}' '${drive.file}'${size === undefined ? '' : ` ${formatSize(size)}`}`
          : `exclude disk '${key}' '${drive.file}' (${reason})`,
      )
    }
    this.#disks = disks
      .filter(({ isIncluded }) => isIncluded)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    for (const { drive } of this.#disks) {
      if (!drive.file.startsWith('/')) cluster.storages.requireVolume(drive.file, node)
    }
  }

  async stop(): Promise<void> {
    const { options, task, cluster } = this.#run
    this.#stopTime = cluster.clock.now()
    const timeout = Number(options.stopwait ?? 10) * 60
    await this.#vm.locked(() =>
      stopVm(this.#job, task, { skiplock: true, shutdown: true, timeout }),
    )
  }

  start(): Promise<void> {
    runMachine(this.#run.cluster, this.#vm)
    return Promise.resolve()
  }

  suspend(): Promise<void> {
    this.#stopTime = this.#run.cluster.clock.now()
    if (!this.#wasPaused) this.#setStatus('paused')
    return Promise.resolve()
  }

  resume(): void {
    if (!this.#wasPaused) this.#setStatus('running')
  }

  readonly staysSuspended = true

  snapshot(): void {
    // The emulator keeps the state that the backup began with by itself.
  }

  assemble(): string {
    const { log, cluster } = this.#run
    const kept: string[] = []
    const left = new Set<string>()
    let isMain = true
    for (const line of (cluster.config.read(this.#vm.path) ?? '').split('\n')) {
      const section = /^\[(.*)\]\s*$/.exec(line)?.[1]
      if (section !== undefined) {
        isMain = false
        left.add(leftOut(section))
      }
      if (!isMain || line === '' || /^#(?:vzdump|qmdump)#/.test(line)) continue
      const unused = /^unused\d+:\s*(\S+)/.exec(line)?.[1]
      if (unused !== undefined) log.info(`skip unused drive '${unused}' (not included into backup)`)
      else if (!/^(?:lock|parent):/.test(line)) kept.push(line)
    }
    for (const { name, drive } of this.#disks) {
      const { storage, format } = drive.file.startsWith('/')
        ? { storage: { id: '' }, format: 'raw' }
        : cluster.storages.parse(drive.file)
      const device = name === 'tpmstate0' ? 'drive-tpmstate0-backup' : `drive-${name}`
      kept.push(`#qmdump#map:${name}:${device}:${storage.id}:${format}:`)
    }
    for (const what of leftOutTexts) {
      if (left.has(what)) log.info(`${what} found (not included into backup)`)
    }
    return kept.map((line) => `${line}\n`).join('')
  }

  files(): Readonly<Record<string, string>> {
    return guestFiles(this.#vm)
  }

  async archive(paths: ArchivePaths): Promise<number> {
    tellEncryption(this.#run)
    return this.#disks.length === 0 ? this.#archiveConfig(paths) : this.#archiveDisks(paths)
  }

  cleanUp(): void {
    freeFleecing(this.#job)
  }

  #archiveConfig({ archive, unfinished, directory }: ArchivePaths): number {
    const { log, compressor, cluster, target } = this.#run
    log.info('backup contains no disks')
    log.info('starting diskless backup')
    const hasFirewall = cluster.config.has(`firewall/${this.#vm.vmid}.fw`)
    if (target && target.dumpdir === undefined) {
      log.info(clientCommand(target.entry, { archive, directory, hasFirewall }))
      return 0
    }
    const files = hasFirewall
      ? `-c ${directory}/qemu-server.conf -c ${directory}/qemu-server.fw`
      : `-c ${directory}/qemu-server.conf`
    const pipe = compressor?.command ?? 'cat'
    log.info(`/usr/bin/vma create -v ${files} exec:${pipe} > ${unfinished}`)
    return 0
  }

  async #archiveDisks(paths: ArchivePaths): Promise<number> {
    const { log, cluster, options, task } = this.#run
    const isTemplate = isSet(this.#vm.config.main, 'template')
    if (!this.isRunning) {
      log.info('starting kvm to execute backup task')
      await task.sleep(kvmTime)
      runMachine(cluster, this.#vm, { status: 'prelaunch' })
    }
    try {
      if (this.#disks.some(({ name }) => name === 'tpmstate0')) {
        log.info('attaching TPM drive to QEMU for backup')
      }
      if (!isTemplate) makeFleecing(this.#run, { job: this.#job, disks: this.#disks, options })
      this.#freeze()
      log.info(`started backup task '${randomUUID()}'`)
      this.#resumeAfterStart()
      const size = await transferDisks(this.#run, this.#disks)
      const fault = fullDirectory(this.#run, { size, archive: paths.archive })
      if (fault) throw failed(`vma_queue_write: write error - ${fault.reason}`)
      return size
    } catch (error) {
      log.error(task.signal.aborted ? 'interrupted by signal' : faultText(error))
      log.info('aborting backup job')
      this.#resumeAfterStart()
      throw error
    } finally {
      await this.#restorePower()
    }
  }

  /** The guest's agent writes everything out before the state is taken. */
  #freeze(): void {
    const { log, cluster } = this.#run
    const { main } = this.#vm.config
    const isAsked = this.#mode !== 'stop' && this.#wasRunning && !this.#wasPaused
    if (!isAsked) {
      log.info('starting backup via QMP command')
      return
    }
    const job = {
      cluster,
      vm: this.#vm,
      log: (...lines: string[]) => {
        for (const line of lines) log.info(line)
      },
    }
    const isFrozen = canFreeze(job, main.get('agent'))
    if (isFrozen) log.info("issuing guest-agent 'fs-freeze' command")
    log.info('starting backup via QMP command')
    if (isFrozen) log.info("issuing guest-agent 'fs-thaw' command")
  }

  #resumeAfterStart(): void {
    const { log, cluster } = this.#run
    if (!this.#wasRunning || this.#wasPaused) return
    const stopped = this.#stopTime
    this.#stopTime = undefined
    const seconds = Math.floor((cluster.clock.now() - (stopped ?? 0)) / 1000)
    log.info(`resuming VM again${stopped === undefined ? '' : ` after ${seconds} seconds`}`)
    this.#setStatus('running')
  }

  /** A machine that ran only for its backup is stopped again. */
  async #restorePower(): Promise<void> {
    const { log, cluster, task } = this.#run
    if (this.#wasRunning || !this.#vm.exists) return
    const status = this.#vm.run?.status
    if (status !== 'prelaunch') {
      log.info(`kvm status changed after backup ('${status}') - keep VM running`)
      return
    }
    log.info('stopping kvm after backup task')
    cluster.state.guests.delete(this.#vm.vmid)
    if (!task.signal.aborted) await task.sleep(kvmTime)
  }

  #setStatus(status: 'paused' | 'running'): void {
    const run = this.#vm.run
    if (run) this.#run.cluster.state.guests.set(this.#vm.vmid, { ...run, status })
  }
}

/** Milliseconds that the emulator takes to start or to quit. */
const kvmTime = 700

const leftOutTexts = [
  'special config section',
  'snapshots',
  'pending configuration changes',
] as const

function leftOut(section: string): (typeof leftOutTexts)[number] {
  if (section.toUpperCase() === 'PENDING') return 'pending configuration changes'
  return section.startsWith('special:') ? 'special config section' : 'snapshots'
}
