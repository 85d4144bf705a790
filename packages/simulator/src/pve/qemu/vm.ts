import { failed } from '../../engine/fault.js'
import type { Cluster } from '../cluster.js'
import {
  copyConfig,
  type GuestConfig,
  type ReadonlyGuestConfig,
  type ReadonlySection,
} from '../guest/config-file.js'
import type { GuestLock } from '../guest/guest-locks.js'
import { guestConfigPath } from '../guest-index.js'
import type { GuestRun } from '../state.js'
import { isSet, parseVmConfig } from './vm-config.js'
import { formatVmConfig } from './format-vm-config.js'

/** A virtual machine of one node, whether its configuration exists or not. */
export class Vm {
  readonly vmid: number
  readonly node: string
  /** Path of the configuration below `/etc/pve`. */
  readonly path: string
  readonly #cluster: Cluster

  constructor(cluster: Cluster, { node, vmid }: { node: string; vmid: number }) {
    this.#cluster = cluster
    this.vmid = vmid
    this.node = node
    this.path = guestConfigPath({ vmid, node, type: 'qemu' })
  }

  get exists(): boolean {
    return this.#cluster.config.has(this.path)
  }

  /** AbstractConfig.pm: load_config */
  requireConfig(): void {
    if (!this.exists) throw failed(`Configuration file '${this.path}' does not exist`)
  }

  /** The configuration as it stands; throws when there is none. */
  get config(): ReadonlyGuestConfig {
    this.requireConfig()
    return this.#cluster.config.parse(this.path, parseVmConfig)
  }

  /** A copy of the configuration to change and hand to `write`. */
  edit(): GuestConfig {
    return copyConfig(this.config)
  }

  /** Stores the configuration. Throws the original's text for a value that cannot be stored. */
  write(config: GuestConfig): void {
    this.#cluster.config.write(this.path, formatVmConfig(config))
  }

  /** Changes the configuration in one go. */
  update(change: (config: GuestConfig) => void): void {
    const config = this.edit()
    change(config)
    this.write(config)
  }

  /** Runs work while nobody else works on this machine. AbstractConfig.pm: lock_config, lock_config_shared */
  locked<T>(work: () => T | Promise<T>, options: Omit<GuestLock, 'file'> = {}): Promise<T> {
    const file = `/var/lock/qemu-server/lock-${this.vmid}.conf`
    return this.#cluster.guestLocks.hold({ file, ...options }, work)
  }

  remove(): void {
    this.#cluster.config.remove(this.path)
  }

  /** SHA-1 over the file. */
  get digest(): string {
    return this.#cluster.config.digest(this.path)
  }

  /** QemuConfig.pm: assert_config_exists_on_node */
  requireExists(): void {
    if (this.exists) return
    throw failed(`unable to find configuration file for VM ${this.vmid} on node '${this.node}'`)
  }

  /** How it runs; undefined while it is stopped. Throws when there is no such machine. */
  get run(): GuestRun | undefined {
    this.requireExists()
    return this.#cluster.state.guests.get(this.vmid)
  }

  /** QemuServer.pm: check_running */
  get isRunning(): boolean {
    return this.run !== undefined
  }
}

/** AbstractConfig.pm: check_lock */
export function requireUnlocked(section: ReadonlySection): void {
  const lock = section.get('lock')
  if (lock) throw failed(`VM is locked (${lock})`)
}

/** AbstractConfig.pm: check_protection */
export function requireUnprotected(section: ReadonlySection, what: string): void {
  if (isSet(section, 'protection')) throw failed(`${what} - protection mode enabled`)
}
