import type { ReadonlySection } from '../guest/config-file.js'
import { bootDriveNames, driveNames, isCdrom, parseDrive } from './drive.js'

/** Names of the devices that the guest boots from; an old-style order names only the boot disk. Drive.pm: get_bootdisks */
export function bootDevices(section: ReadonlySection): string[] {
  const order = explicitOrder(section.get('boot'))
  if (order) return order
  const bootdisk = section.get('bootdisk')
  return bootdisk === undefined ? [] : [bootdisk]
}

/** The devices of `order=…`; undefined for the old style and for no order at all. */
export function explicitOrder(boot: string | undefined): string[] | undefined {
  const parts = (boot ?? '').split(',').filter((part) => part.trim() !== '')
  if (parts.some((part) => !part.includes('=') || part.startsWith('legacy='))) return undefined
  if (boot === undefined || boot === '') return undefined
  const order = parts.find((part) => part.startsWith('order='))
  return (
    order
      ?.slice('order='.length)
      .split(/[;\s]+/)
      .filter(Boolean) ?? []
  )
}

/** All devices that the guest boots from, in order, old style included. QemuServer.pm: device_bootorder */
export function bootOrderOf(section: ReadonlySection): string[] {
  const boot = section.get('boot')
  const order = explicitOrder(boot)
  if (order) return order
  const letters = boot?.replace(/^legacy=/, '') ?? 'cdn'
  return Array.from(letters).flatMap((letter) => legacyDevices(section, letter))
}

/** QemuServer.pm: bootorder_from_legacy */
function legacyDevices(section: ReadonlySection, letter: string): string[] {
  if (letter === 'n') return networkNames.filter((name) => section.has(name))
  const bootdisk = section.get('bootdisk')
  return driveNames.filter((name) => {
    const drive = parseDrive(name, section.get(name) ?? '')
    if (!drive) return false
    const isCd = isCdrom(drive, { cloudinit: false })
    return letter === 'd' ? isCd : letter === 'c' && !isCd && name === bootdisk
  })
}

const networkNames = Array.from({ length: 32 }, (_, index) => `net${index}`)

/** QemuServer.pm: print_bootorder */
export function formatBootOrder(devices: readonly string[]): string {
  return devices.length > 0 ? `order=${devices.join(';')}` : ''
}

/** First hard disk, first CD drive, first network device. QemuServer.pm: get_default_bootdevices */
export function defaultBootDevices(section: ReadonlySection): string[] {
  const firstDrive = (cdrom: boolean): string | undefined =>
    bootDriveNames.find((name) => {
      const drive = parseDrive(name, section.get(name) ?? '')
      return drive !== undefined && isCdrom(drive) === cdrom
    })
  return [
    firstDrive(false),
    firstDrive(true),
    networkNames.find((name) => section.has(name)),
  ].filter((name) => name !== undefined)
}
