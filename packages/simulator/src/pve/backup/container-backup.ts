import { failed } from '../../engine/fault.js'
import { readProperties } from '../guest/property-string.js'
import type { ReadonlySection } from '../guest/config-file.js'
import { containerOption } from '../lxc/container-options.js'
import { requireUnlocked, type Container } from '../lxc/container.js'
import { freePid } from '../guest/free-pid.js'
import { printBytes } from './backup-log.js'
import { fullDirectory } from './full-directory.js'
import type { ArchivePaths, BackupMode, BackupRun, GuestBackup } from './guest-backup.js'

/** A mount point of a container and whether backups have it. */
export interface BackupMount {
  readonly name: string
  readonly volume: string
  /** Where it is mounted. */
  readonly path: string
  readonly type: 'volume' | 'bind' | 'device'
  readonly isIncluded: boolean
  readonly reason: string
}

/** pve-container LXC/Config.pm: get_backup_volumes, mountpoint_backup_enabled */
export function backupMounts(main: ReadonlySection): BackupMount[] {
  const names = [...main.keys()].filter((name) => /^mp\d+$/.test(name))
  const ordered = names.toSorted((a, b) => Number(a.slice(2)) - Number(b.slice(2)))
  return ['rootfs', ...ordered].flatMap((name) => {
    const text = main.get(name)
    const shape = containerOption(name)?.propertyString
    if (text === undefined || !shape) return []
    const { volume = '', mp = '/', backup } = readProperties(text, shape)
    const type = mountType(volume)
    const mount = { name, volume, path: name === 'rootfs' ? '/' : mp, type } as const
    if (name === 'rootfs') return [{ ...mount, isIncluded: true, reason: 'rootfs' }]
    if (type !== 'volume') return [{ ...mount, isIncluded: false, reason: 'not a volume' }]
    const isIncluded = backup === '1'
    return [{ ...mount, isIncluded, reason: isIncluded ? 'enabled' : 'disabled' }]
  })
}

function mountType(volume: string): BackupMount['type'] {
  if (!volume.startsWith('/')) return 'volume'
  return volume.startsWith('/dev/') ? 'device' : 'bind'
}

/** Saves a container. pve-container VZDump/LXC.pm */
export class ContainerBackup implements GuestBackup {
  readonly type = 'lxc'
  readonly staysSuspended = false
  readonly #run: BackupRun
  readonly #container: Container
  #mounts: BackupMount[] = []
  #hasSnapshot = false
  #mode: BackupMode = 'stop'

  constructor(run: BackupRun, vmid: number) {
    this.#run = run
    this.#container = run.cluster.lxc(run.node, vmid)
  }

  get name(): string {
    return this.#container.config.main.get('hostname') ?? `CT${this.#container.vmid}`
  }

  get isRunning(): boolean {
    return this.#container.isRunning
  }

  lock(): Promise<void> {
    return this.#container.locked(
      () => {
        requireUnlocked(this.#container.config.main)
        this.#edit((text) => text.replace(/^(?=[a-z]|$)/m, 'lock: backup\n'))
      },
      () => {},
    )
  }

  unlock(): void {
    if (this.#container.exists) this.#edit((text) => text.replace(/^lock: backup\n/m, ''))
  }

  prepare(mode: BackupMode): void {
    this.#mode = mode
    const { log, cluster, node } = this.#run
    const { main } = this.#container.config
    const name = main.get('hostname')
    if (name !== undefined) log.info(`CT Name: ${name}`)
    const mounts = backupMounts(main)
    for (const { name: key, path, type, isIncluded, reason } of mounts) {
      log.info(
        isIncluded
          ? `including mount point ${key} ('${path}') in backup`
          : `excluding ${type} mount point ${key} ('${path}') from backup (${reason})`,
      )
    }
    this.#mounts = mounts.filter(({ isIncluded }) => isIncluded)
    if (mode === 'snapshot') {
      const canSnapshot = this.#mounts.every(({ volume }) =>
        cluster.storages.hasFeature('snapshot', volume),
      )
      if (!canSnapshot) throw new Error('mode failure - some volumes do not support snapshots')
    }
    for (const { volume } of this.#mounts) cluster.storages.requireVolume(volume, node)
  }

  async stop(): Promise<void> {
    await this.#run.task.sleep(stopTime)
    this.#run.cluster.state.guests.delete(this.#container.vmid)
  }

  async start(): Promise<void> {
    const { cluster, task } = this.#run
    await task.sleep(stopTime)
    cluster.state.guests.set(this.#container.vmid, {
      pid: freePid(cluster),
      startTime: cluster.clock.now(),
      status: 'running',
      startedWith: cluster.config.read(this.#container.path) ?? '',
    })
  }

  /** The data is copied while the container runs, and what changed meanwhile while it stands still. */
  async suspend({ directory }: ArchivePaths): Promise<void> {
    const { log, task, cluster } = this.#run
    const pid = cluster.state.guests.get(this.#container.vmid)?.pid ?? 0
    const source = `/proc/${pid}/root/`
    for (const round of ['first', 'final'] as const) {
      if (round === 'final') log.info('suspending guest')
      log.info(`starting ${round} sync ${source} to ${directory}`)
      const bytes = round === 'first' ? this.#bytes : 0
      const time = Math.ceil(bytes / copyRate) * 1000
      await task.sleep(time)
      log.info(`${round} sync finished - transferred ${bytes} bytes in ${time / 1000}s`)
    }
    log.info('resuming guest')
    log.info('guest is online again after <1 seconds')
  }

  resume(): void {
    // It runs again since the last copy.
  }

  snapshot(): void {
    this.#run.log.info("create storage snapshot 'vzdump'")
    this.#hasSnapshot = true
  }

  assemble(): string {
    const text = this.#run.cluster.config.read(this.#container.path) ?? ''
    const section = text.search(/^\[/m)
    const main = section < 0 ? text : text.slice(0, section)
    return main
      .split('\n')
      .filter((line) => line !== '' && !/^(?:lock|parent):/.test(line))
      .map((line) => `${line}\n`)
      .join('')
  }

  files(): Readonly<Record<string, string>> {
    return { '/etc/hostname': Buffer.from(`${this.name}\n`).toString('base64') }
  }

  async archive(paths: ArchivePaths): Promise<number> {
    const { log, task, compressor, options, target } = this.#run
    const bytes = this.#bytes
    if (target !== undefined && target.dumpdir === undefined) {
      log.info('set max number of entries in memory for file-based backups to 1048576')
    }
    const limit = Number(options.bwlimit ?? 0) * 1024 || copyRate
    const seconds = Math.ceil(bytes / Math.min(limit, copyRate))
    await task.sleep(seconds * 1000)
    const size = Math.ceil(bytes * (compressor?.ratio ?? 1))
    const fault = fullDirectory(this.#run, { size, archive: paths.archive })
    if (fault) {
      throw failed(`command '${this.#command(paths)}' failed: exit code ${fault.exitCode}`)
    }
    if (target === undefined || target.dumpdir !== undefined) {
      const speed = printBytes(bytes / Math.max(seconds, 1), 0).replace(' ', '')
      log.info(
        `Total bytes written: ${bytes} (${printBytes(bytes, 0).replace(' ', '')}, ${speed}/s)`,
      )
    }
    return size
  }

  /** The pipeline as the shell would take it. */
  #command({ directory, unfinished }: ArchivePaths): string {
    const { compressor, cluster, options } = this.#run
    const isUnprivileged = this.#container.config.main.get('unprivileged') === '1'
    const isCopy = this.#mode === 'suspend'
    const hasFirewall = cluster.config.has(`firewall/${this.#container.vmid}.fw`)
    const tar = [
      ...(isUnprivileged ? [usernsExec] : []),
      'tar cpf - --totals --one-file-system -p --sparse --numeric-owner --acls --xattrs',
      "'--xattrs-include=user.*' '--xattrs-include=security.capability'",
      "'--warning=no-file-ignored' '--warning=no-xattr-write' --one-file-system",
      `'--warning=no-file-ignored' '--directory=${directory}' ./etc/vzdump/pct.conf`,
      ...(hasFirewall ? ['./etc/vzdump/pct.fw'] : []),
      `'--directory=${isCopy ? directory : '/mnt/vzsnap0'}' --no-anchored`,
      ...(isUnprivileged ? ["'--exclude=lost+found'"] : []),
      "--anchored '--exclude=./tmp/?*' '--exclude=./var/tmp/?*' '--exclude=./var/run/?*.pid'",
      ...(isCopy ? ['.'] : this.#mounts.map(({ path }) => `.${path}`)),
    ]
    const { bwlimit = '0' } = options
    const pipes = [
      tar.join(' '),
      ...(bwlimit === '0' ? [] : [`cstream -t ${Number(bwlimit) * 1024}`]),
      ...(compressor ? [compressor.command.replaceAll(/\S*=\S*/g, "'$&'")] : []),
    ]
    const pipeline = pipes.length > 1 ? 'set -o pipefail && ' : ''
    return `${pipeline}${pipes.join(' | ')} >${unfinished}`
  }

  cleanUp(): void {
    if (this.#hasSnapshot) this.#run.log.info("cleanup temporary 'vzdump' snapshot")
    this.#hasSnapshot = false
  }

  /** What lies on the volumes, in blocks of the archive. */
  get #bytes(): number {
    const { cluster, node } = this.#run
    const used = this.#mounts.map(
      ({ volume }) => cluster.storages.volume(volume, node)?.stored.used ?? 0,
    )
    const block = 10_240
    return Math.ceil(used.reduce((total, bytes) => total + bytes, 0) / block) * block
  }

  #edit(change: (text: string) => string): void {
    const { config } = this.#run.cluster
    config.write(this.#container.path, change(config.read(this.#container.path) ?? ''))
  }
}

const usernsExec = 'lxc-usernsexec -m u:0:100000:65536 -m g:0:100000:65536 --'

/** Milliseconds that a container takes to stop or to start. */
const stopTime = 1000

/** Bytes that are copied in a second. */
const copyRate = 200 * 2 ** 20
