import { randomBytes } from 'node:crypto'
import { failed } from '../../engine/fault.js'
import type { Section } from '../guest/config-file.js'
import type { Volume } from '../storage/storages.js'
import { splitVolumeId } from '../storage/volume-id.js'
import type { ContainerJob } from './container-job.js'
import {
  architectureOfTemplate,
  nestingWarning,
  systemNote,
  systemOfTemplate,
} from './container-system.js'
import { mountPointsOf } from './mount-point.js'
import { imageArchitecture, imageConfig } from './unpack-image.js'

/** The least bytes of an archive that can hold a whole system: init, time zones and an SSH server. */
const wholeSystem = 2 ** 20

/** About how much larger the files are than their archive. */
const expansion = 3.4

/** The bytes that tar reads out of an archive, whole records of it. */
export function unpackedSize({ volid, storage, stored }: Volume): number {
  const isPlain = volid.endsWith('.tar') || storage.type === 'pbs'
  const factor = isPlain ? 1 : expansion
  return Math.ceil((stored.size * factor) / 10_240) * 10_240
}

/** Puts the files of an archive into the container. LXC/Create.pm: restore_tar_archive */
export function unpackArchive(job: ContainerJob, main: Section, archive: Volume): void {
  const { cluster, container, log } = job
  const bytes = unpackedSize(archive)
  // The client of a backup server says nothing, nor does what reads images.
  if (archive.storage.type !== 'pbs' && !imageConfig(archive)) {
    log(
      `extracting archive '${cluster.storages.path(archive.volid)}'`,
      `Total bytes read: ${bytes} (${printBytes(bytes)}, ${speed}MiB/s)`,
    )
  }
  const root = mountPointsOf(main).find(({ name }) => name === 'rootfs')?.mountPoint.volume ?? ''
  if (!splitVolumeId(root)) return
  const { storage, stored } = cluster.storages.requireVolume(root, container.node)
  const used = stored.used + bytes
  if (stored.size > 0 && used > stored.size) {
    log('tar: Exiting with failure status due to previous errors')
    throw failed(tarFailure)
  }
  const medium = cluster.storages.medium(storage.id, container.node)
  medium.change(stored.name, { size: stored.size, used })
}

/** The original shows the whole pipeline here. */
const tarFailure = "command 'tar xpf - --totals' failed: exit code 2"

/** MiB in a second. */
const speed = 250

/** Makes the files a system of its own: finds out what it is and sets it up. LXC/Setup.pm: new, post_create_hook */
export function setUpSystem(job: ContainerJob, main: Section, archive: Volume): void {
  const { cluster, container, log } = job
  const name = archive.volid.slice(archive.volid.lastIndexOf('/') + 1)
  const found = systemOfTemplate(name)
  const isManaged = main.get('ostype') !== 'unmanaged'
  if (isManaged) detectSystem(job, main, found?.ostype)
  detectArchitecture(
    job,
    main,
    isManaged && found ? (architectureOfTemplate(name) ?? imageArchitecture(archive)) : undefined,
  )
  if (!found || main.get('ostype') === 'unmanaged') return
  // An image holds a program and what that needs.
  const isWhole = archive.stored.size >= wholeSystem && !imageConfig(archive)
  const zone = main.get('timezone')
  if (zone !== undefined && !isWhole) {
    const path = zone === 'host' ? '/usr/share/zoneinfo/Etc/UTC' : `/usr/share/zoneinfo/${zone}`
    log(`container does not have ${path}, timezone can not be modified`)
  }
  if (!isWhole) return
  const root = mountPointsOf(main).find((entry) => entry.name === 'rootfs')?.mountPoint.volume ?? ''
  if (splitVolumeId(root)) {
    const { storage, stored } = cluster.storages.requireVolume(root, container.node)
    const medium = cluster.storages.medium(storage.id, container.node)
    medium.change(stored.name, { content: systemNote(found) })
  }
  createHostKeys(job, (main.get('hostname') ?? 'localhost').replace(/\..*$/, ''))
  const warning = nestingWarning(cluster, { main, node: container.node })
  if (warning) job.warn(warning)
}

function detectSystem({ log }: ContainerJob, main: Section, found: string | undefined): void {
  if (found === undefined) {
    log("/etc/os-release file not found and autodetection failed, falling back to 'unmanaged'")
  }
  const ostype = found ?? 'unmanaged'
  const expected = main.get('ostype') ?? ostype
  if (ostype !== expected) log(`got unexpected ostype (${ostype} != ${expected})`)
  main.set('ostype', ostype)
}

function detectArchitecture({ log }: ContainerJob, main: Section, found: string | undefined): void {
  if (main.has('arch')) return
  if (found === undefined) {
    log('Falling back to amd64.\nUse `pct set VMID --arch ARCH` to change.')
  } else log(`Detected container architecture: ${found}`)
  main.set('arch', found ?? 'amd64')
}

/** LXC/Setup.pm: rewrite_ssh_host_keys */
function createHostKeys({ log }: ContainerJob, hostname: string): void {
  for (const kind of ['rsa', 'ecdsa', 'ed25519']) {
    const fingerprint = randomBytes(32).toString('base64').replace(/=$/, '')
    log(
      `Creating SSH host key 'ssh_host_${kind}_key' - this may take some time ...`,
      `done: SHA256:${fingerprint} root@${hostname}`,
    )
  }
}

/** As tar tells it: `498MiB`. */
function printBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  const text = value < 10 && unit > 0 ? (Math.ceil(value * 10) / 10).toFixed(1) : Math.ceil(value)
  return `${text}${units[unit]}`
}
