import { failed, faultText, invalidParameters } from '../../engine/fault.js'
import { encryptPassword } from './encrypt-password.js'
import { splitList } from '../config-text.js'
import { requireTagRights, uniqueTags } from '../guest/tags.js'
import type { GuestConfig } from '../guest/config-file.js'
import { applyPending } from './apply-pending.js'
import { explicitOrder, formatBootOrder } from './boot-order.js'
import { createDisks } from './create-disks.js'
import type { Parameters } from '../guest/parameters.js'
import { isCdrom, isCloudinit, isDriveName, isUnusedName, parseDrive } from './drive.js'
import { hotplugPending } from './hotplug.js'
import { pinMachine, readMachine, requireValidMachine, windowsVersion } from './machine.js'
import { requireOnGuest } from '../guest/guest-rights.js'
import { requireBridgeRights, requireDeviceRights, requireSerialRights } from './option-rights.js'
import { dropDeletion, dropIdlePending, queueDeletion } from '../guest/pending-changes.js'
import { destroyDrive, detachDrive } from './unused-volumes.js'
import { readVga, requireClipboardSupport } from './vga.js'
import { requireUnprotected } from './vm.js'
import type { VmJob } from './vm-job.js'

/** A verified request to change options. */
export interface ConfigChange {
  /** Options to set, in their final spelling. */
  readonly params: Parameters
  /** Options to delete, in the order given. */
  readonly deletions: readonly string[]
  /** Deleted drives lose their volumes at once. */
  readonly force: boolean
  /** Where disks of archives are unpacked to import from; default the storage of the archive. */
  readonly workingStorage?: string | undefined
}

/**
 * Puts all changes among the pending ones and then makes those come into force that can. Stores the configuration
 * after each step, so that a failure leaves what was done before. API2/Qemu.pm: $updatefn
 */
export function changeConfig(job: VmJob, change: ConfigChange): void {
  const changer = new ConfigChanger(job, change)
  for (const name of change.deletions) changer.delete(name)
  for (const name of Object.keys(change.params).toSorted()) changer.set(name)
  changer.finish()
}

class ConfigChanger {
  readonly #job: VmJob
  readonly #change: ConfigChange
  /** Options that the request touches, and those that follow from them. */
  readonly #modified = new Set<string>()
  #bootOrder: readonly string[]

  constructor(job: VmJob, change: ConfigChange) {
    this.#job = job
    this.#change = change
    this.#bootOrder = explicitOrder(job.vm.config.main.get('boot')) ?? []
  }

  delete(name: string): void {
    const { vm } = this.#job
    const config = vm.edit()
    const value = config.main.get(name) ?? config.pending.get(name)
    if (value === undefined) {
      this.#job.log(`cannot delete '${name}' - not set in current configuration!`)
      return
    }
    this.#modified.add(name)
    const wasPending = config.pending.delete(name)
    if (this.#bootOrder.includes(name)) {
      this.#setBootOrder(
        config,
        this.#bootOrder.filter((device) => device !== name),
      )
    }
    if (isUnusedName(name) || name === 'vmstate') this.#deleteVolume(config, { name, value })
    else {
      this.#requireDeletable({ name, value, config })
      if (name === 'tags') config.main.delete(name)
      else {
        const drive = isDriveName(name) ? parseDrive(name, value) : undefined
        if (drive && wasPending) detachDrive(this.#job, { config, drive })
        queueDeletion(config, name, this.#change.force)
      }
      vm.write(config)
    }
  }

  set(name: string): void {
    const { vm } = this.#job
    const value = this.#change.params[name] ?? ''
    const config = vm.edit()
    this.#modified.add(name)
    if (config.pending.get(name) === value) return
    if (isDriveName(name)) this.#setDrive(config, { name, value })
    else if (name === 'cipassword') config.main.set(name, this.#password(config, value))
    else this.#setOption(config, { name, value })
    dropDeletion(config, name)
    vm.write(config)
  }

  /** Applies what can be applied; throws the failures by option. */
  finish(): void {
    const { vm } = this.#job
    const config = vm.edit()
    if (dropIdlePending(config)) vm.write(config)
    if (config.pending.size === 0) return
    const errors = vm.isRunning
      ? hotplugPending(this.#job, vm.edit(), this.#modified)
      : applyPending(this.#job, vm.edit())
    if (Object.keys(errors).length > 0) throw invalidParameters(errors)
  }

  get #on(): { rights: VmJob['rights']; vmid: number } {
    return { rights: this.#job.rights, vmid: this.#job.vm.vmid }
  }

  #setBootOrder(config: GuestConfig, order: readonly string[]): void {
    this.#bootOrder = order
    config.pending.set('boot', formatBootOrder(order))
    this.#modified.add('boot')
  }

  #deleteVolume(config: GuestConfig, { name, value }: { name: string; value: string }): void {
    const drive = name === 'vmstate' ? { file: value } : parseDrive(name, value)
    if (!drive) throw failed(`unable to parse drive '${name}'`)
    if (name === 'vmstate') requireUnprotected(config.main, `can't remove vmstate '${value}'`)
    else {
      requireUnprotected(config.main, `can't remove unused disk '${drive.file}'`)
      requireOnGuest(this.#on, 'VM.Config.Disk')
    }
    const isForced = name === 'vmstate'
    if (!destroyDrive(this.#job, { config, name, drive, force: isForced })) return
    config.main.delete(name)
    this.#job.vm.write(config)
  }

  #requireDeletable({
    name,
    value,
    config,
  }: {
    name: string
    value: string
    config: GuestConfig
  }): void {
    const { cluster, rights, vm } = this.#job
    if (isDriveName(name)) {
      requireUnprotected(config.main, `can't remove drive '${name}'`)
      this.#requireDriveRights(name, value)
    } else if (/^serial\d+$/.test(name)) {
      requireSerialRights({ name, value, action: 'delete' }, this.#on)
    } else if (name === 'tags') {
      requireTagRights({ before: value, after: '' }, { cluster, rights, vmid: vm.vmid })
    } else if (/^net\d+$/.test(name)) this.#requireBridgeRights(name, config.main.get(name))
    else requireDeviceRights({ name, value }, this.#on)
  }

  #requireDriveRights(name: string, value: string): void {
    const drive = parseDrive(name, value)
    if (!drive) return
    if (isCloudinit(drive)) requireOnGuest(this.#on, 'VM.Config.Cloudinit', 'VM.Config.CDROM')
    else requireOnGuest(this.#on, isCdrom(drive) ? 'VM.Config.CDROM' : 'VM.Config.Disk')
  }

  #requireBridgeRights(name: string, value: string | undefined): void {
    if (value === undefined) return
    const { cluster, rights } = this.#job
    requireBridgeRights({ [name]: value }, { rights, config: cluster.config })
  }

  #setDrive(config: GuestConfig, { name, value }: { name: string; value: string }): void {
    const present = config.main.get(name)
    if (present !== undefined) {
      this.#requireDriveRights(name, present)
      if (name === 'tpmstate0') requireSameTpmVersion(present, value)
    }
    this.#requireDriveRights(name, value)
    const waiting = parseDrive(name, config.pending.get(name) ?? '')
    if (waiting) detachDrive(this.#job, { config, drive: waiting })
    const { drives } = createDisks(
      this.#job,
      { [name]: value },
      { config, workingStorage: this.#change.workingStorage },
    )
    for (const [created, text] of drives) config.pending.set(created, text)

    const drive = parseDrive(name, value)
    const isNewCdrom = drive !== undefined && isCdrom(drive, { cloudinit: false })
    if (this.#bootOrder.length > 0 && isNewCdrom && !this.#bootOrder.includes(name)) {
      this.#setBootOrder(config, [...this.#bootOrder, name])
    }
  }

  #setOption(config: GuestConfig, { name, value }: { name: string; value: string }): void {
    const { cluster, rights, vm } = this.#job
    const present = config.main.get(name)
    let stored = value
    if (/^serial\d+/.test(name)) {
      const isSocket = (present === undefined || present === 'socket') && value === 'socket'
      const checked = isSocket ? value : ''
      requireSerialRights({ name, value: checked, action: 'modify' }, this.#on)
    } else if (name === 'vga') requireClipboardSupport(readVga(value))
    else if (name === 'tags') {
      requireTagRights({ before: present ?? '', after: value }, { cluster, rights, vmid: vm.vmid })
      stored = uniqueTags(cluster.config, value)
    } else if (/^net\d+$/.test(name)) this.#requireBridgeRights(name, present)
    else if (name === 'machine') requireValidMachine(readMachine(value))
    else if (name === 'ostype') this.#pinMachine(config, value)
    else if (name === 'boot') stored = this.#checkedBootOrder(config, value)
    else {
      if (present !== undefined) requireDeviceRights({ name, value: present }, this.#on)
      requireDeviceRights({ name, value }, this.#on)
    }
    config.pending.set(name, stored)
  }

  #pinMachine(config: GuestConfig, ostype: string): void {
    const isDecided =
      this.#change.params.machine !== undefined ||
      config.pending.has('machine') ||
      this.#modified.has('machine')
    if (isDecided) return
    try {
      const machine = pinMachine(config.main.get('machine'), {
        ostype,
        arch: config.main.get('arch') ?? 'x86_64',
        log: this.#job.log,
      })
      if (machine) config.pending.set('machine', machine)
    } catch (error) {
      this.#job.log(`automatic pinning of machine version failed - ${faultText(error)}`)
    }
  }

  #checkedBootOrder(config: GuestConfig, value: string): string {
    const order = explicitOrder(value) ?? []
    if (order.length === 0) return value
    for (const device of order) {
      const exists =
        config.main.has(device) ||
        config.pending.has(device) ||
        this.#change.params[device] !== undefined
      if (!exists || this.#change.deletions.includes(device)) {
        throw failed(`invalid bootorder: device '${device}' does not exist'`)
      }
    }
    if (config.main.has('bootdisk')) queueDeletion(config, 'bootdisk')
    return formatBootOrder(order)
  }

  #password(config: GuestConfig, value: string): string {
    const isEncrypted = /^\$(?:[156]|2[ay])(?:\$.+){2}/.test(value)
    if (windowsVersion(config.main.get('ostype')) > 0 || isEncrypted) return value
    return encryptPassword(value)
  }
}

/** API2/Qemu.pm: prohibit_tpm_version_change */
function requireSameTpmVersion(before: string, after: string): void {
  const [old, wanted] = [parseDrive('tpmstate0', before), parseDrive('tpmstate0', after)]
  if (!old || !wanted || old.file !== wanted.file) return
  if ((old.version ?? 'v1.2') !== (wanted.version ?? 'v1.2')) {
    throw failed('cannot change TPM state version after creation')
  }
}

/** The options of a list parameter, with `cdrom` under its real name. */
export function optionList(text: string | undefined): string[] {
  return splitList(text ?? '').map((name) => (name === 'cdrom' ? 'ide2' : name))
}
