import { failed } from '../../engine/fault.js'
import type { Cluster } from '../cluster.js'
import {
  copyConfig,
  type GuestConfig,
  type ReadonlyGuestConfig,
  type ReadonlySection,
} from '../guest/config-file.js'
import { guestConfigPath } from '../guest-index.js'
import type { GuestRun } from '../state.js'
import { formatContainerConfig, parseContainerConfig } from './container-config.js'

/** A container of one node, whether its configuration exists or not. */
export class Container {
  readonly vmid: number
  readonly node: string
  /** Path of the configuration below `/etc/pve`. */
  readonly path: string
  readonly #cluster: Cluster

  constructor(cluster: Cluster, { node, vmid }: { node: string; vmid: number }) {
    this.#cluster = cluster
    this.vmid = vmid
    this.node = node
    this.path = guestConfigPath({ vmid, node, type: 'lxc' })
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
    return this.#cluster.config.parse(this.path, parseContainerConfig)
  }

  /** A copy of the configuration to change and hand to `write`. */
  edit(): GuestConfig {
    return copyConfig(this.config)
  }

  /** Stores the configuration. Throws the original's text for a value that cannot be stored. */
  write(config: GuestConfig): void {
    this.#cluster.config.write(this.path, formatContainerConfig(config))
  }

  /** Changes the configuration in one go. */
  update(change: (config: GuestConfig) => void): void {
    const config = this.edit()
    change(config)
    this.write(config)
  }

  remove(): void {
    this.#cluster.config.remove(this.path)
  }

  /** SHA-1 over the file. */
  get digest(): string {
    return this.#cluster.config.digest(this.path)
  }

  /** How it runs; undefined while it is stopped, or there is no such container. */
  get run(): GuestRun | undefined {
    return this.exists ? this.#cluster.state.guests.get(this.vmid) : undefined
  }

  /** LXC.pm: check_running */
  get isRunning(): boolean {
    return this.run !== undefined
  }

  /** Runs work while nobody else works on this container. AbstractConfig.pm: lock_config */
  locked<T>(work: () => T | Promise<T>, log?: (line: string) => void): Promise<T> {
    const file = `/run/lock/lxc/pve-config-${this.vmid}.lock`
    return this.#cluster.guestLocks.hold({ file, ...(log && { log }) }, work)
  }
}

/** AbstractConfig.pm: check_lock */
export function requireUnlocked(section: ReadonlySection): void {
  const lock = section.get('lock')
  if (lock) throw failed(`CT is locked (${lock})`)
}

/** AbstractConfig.pm: check_protection */
export function requireUnprotected(section: ReadonlySection, what: string): void {
  if ((section.get('protection') ?? '0') !== '0') throw failed(`${what} - protection mode enabled`)
}
