import { createHash } from 'node:crypto'
import type { Simulator } from '../../src/create-simulator.js'
import { copyConfig } from '../../src/pve/guest/config-file.js'
import type { ReadonlyGuestConfig, ReadonlySection } from '../../src/pve/guest/config-file.js'
import { formatContainerConfig, parseContainerConfig } from '../../src/pve/lxc/container-config.js'
import { mountPointsOf, mountType } from '../../src/pve/lxc/mount-point.js'
import { driveNames, isCdrom, isUnusedName, parseDrive } from '../../src/pve/qemu/drive.js'
import { formatVmConfig } from '../../src/pve/qemu/format-vm-config.js'
import { parseVmConfig } from '../../src/pve/qemu/vm-config.js'
import type { ClusterSnapshot } from '../../src/pve/state.js'
import { callAs } from '../../test/api-caller.js'

interface Known {
  readonly kind: Kind
  readonly vmid: number
  readonly node: string
  readonly text: string
}

/** In what machines and containers differ. */
interface Kind {
  readonly type: 'qemu' | 'lxc'
  readonly directory: string
  readonly parse: (text: string) => ReadonlyGuestConfig
  readonly format: (config: ReturnType<typeof copyConfig>) => string
  /** Ids of the volumes that a section names. */
  readonly volumes: (section: ReadonlySection) => string[]
}

/** What holds of guests and their storages whatever was done to them; remembers what it saw. */
export class GuestInvariants {
  readonly #simulator: Simulator
  /** Volumes that a guest left behind when it went: what only its snapshots knew. */
  readonly #left = new Set<string>()
  #before: readonly Known[] = []
  #tasks = 0

  constructor(simulator: Simulator) {
    this.#simulator = simulator
  }

  /** Throws for the first thing that is wrong. */
  async check(): Promise<void> {
    const snapshot = this.#simulator.snapshot()
    const guests = guestsOf(snapshot)
    this.#checkTasks(snapshot)
    checkTexts(guests)
    this.#checkVolumes(snapshot, guests)
    await this.#checkUsage(snapshot)
    await this.#checkDigests(guests)
    this.#before = guests
  }

  #checkTasks({ tasks }: ClusterSnapshot): void {
    for (const { upid, exitStatus = 'still running' } of tasks.slice(this.#tasks)) {
      if (/still running|TypeError|undefined|not a function|Cannot read|NaN/.test(exitStatus)) {
        throw new Error(`${upid} ended with ${exitStatus}`)
      }
    }
    this.#tasks = tasks.length
  }

  /** Every volume of a guest is named by one configuration, and every one that is named is there. */
  #checkVolumes(snapshot: ClusterSnapshot, guests: readonly Known[]): void {
    for (const { vmid, node } of this.#before) {
      if (guests.some((guest) => guest.vmid === vmid)) continue
      for (const volume of volumesOn(snapshot, node)) {
        if (ownerOf(volume) === vmid) this.#left.add(`${node} ${volume}`)
      }
    }
    const owners = new Map<string, number>()
    for (const { vmid, node, kind, text } of guests) {
      const { main, pending, snapshots } = kind.parse(text)
      const namesIn = kind.volumes
      const present = new Set(volumesOn(snapshot, node))
      const attached = namesIn(main)
      const named = new Set([
        ...attached,
        ...namesIn(pending),
        ...[...snapshots.values()].flatMap((section) => namesIn(section)),
      ])
      for (const name of named) {
        if (!present.has(name)) throw new Error(`guest ${vmid} names ${name}, which is not there`)
        const other = owners.get(`${node} ${name}`)
        if (other !== undefined && other !== vmid && attached.includes(name)) {
          throw new Error(`guest ${other} and guest ${vmid} both name ${name}`)
        }
        owners.set(`${node} ${name}`, vmid)
      }
      for (const volume of present) {
        const isOwn = ownerOf(volume) === vmid && !this.#left.has(`${node} ${volume}`)
        if (isOwn && !named.has(volume)) throw new Error(`guest ${vmid} has lost ${volume}`)
      }
    }
  }

  /** What a storage tells of its usage is what its volumes come to. */
  async #checkUsage({ backings }: ClusterSnapshot): Promise<void> {
    for (const [storage, key] of Object.entries(media)) {
      const backing = backings.find((record) => record.key === key)
      const taken = backing?.volumes.reduce((sum, { used }) => sum + used, backing.base) ?? 0
      const status = await callAs(this.#simulator)(`GET /nodes/pve1/storage/${storage}/status`)
      const { used }: { used: number } = Object(status)
      if (used !== Math.min(taken, backing?.capacity ?? 0)) {
        throw new Error(`${storage} tells of ${used} bytes and holds ${taken}`)
      }
    }
  }

  /** The digest is that of the text, and changes with it alone. */
  async #checkDigests(guests: readonly Known[]): Promise<void> {
    for (const { vmid, node, kind, text } of guests) {
      const config = await callAs(this.#simulator)(`GET /nodes/${node}/${kind.type}/${vmid}/config`)
      const { digest }: { digest: string } = Object(config)
      const expected = createHash('sha1').update(text).digest('hex')
      if (digest !== expected)
        throw new Error(`the digest of guest ${vmid} is not that of its text`)
    }
  }
}

/** The media of the storages on the first node. */
const media: Readonly<Record<string, string>> = {
  local: 'dir:pve1:/var/lib/vz',
  'local-lvm': 'lvmthin:pve1:pve/data',
  pool: 'zfspool:pve1:tank',
}

/** Nothing is locked when nobody works, and a text is what its reading would be written as. */
function checkTexts(guests: readonly Known[]): void {
  const ids = guests.map(({ vmid }) => vmid)
  if (new Set(ids).size !== ids.length) throw new Error(`two guests share an id of ${ids.join()}`)
  for (const { vmid, kind, text } of guests) {
    // A machine that is suspended to disk has a lock that says so.
    if (/^lock: (?!suspended$)/m.test(text)) throw new Error(`guest ${vmid} stays locked:\n${text}`)
    const again = kind.format(copyConfig(kind.parse(text)))
    // An empty value is read as one blank, which is written after another.
    if (trimmed(again) !== trimmed(text))
      throw new Error(`guest ${vmid} would be written anew as\n${again}\nnot\n${text}`)
    for (const section of kind.parse(text).snapshots.values()) {
      const parent = section.get('parent')
      if (parent !== undefined && !kind.parse(text).snapshots.has(parent)) {
        throw new Error(`a snapshot of guest ${vmid} has the parent ${parent}, which is gone`)
      }
    }
  }
}

function trimmed(text: string): string {
  return text.replaceAll(/ +$/gm, '')
}

function guestsOf({ config }: ClusterSnapshot): Known[] {
  return Object.entries(config).flatMap(([path, text]) => {
    const [, node, directory, vmid] =
      /^nodes\/([^/]+)\/(qemu-server|lxc)\/(\d+)\.conf$/.exec(path) ?? []
    const kind = kinds.find((one) => one.directory === directory)
    return node === undefined || !kind ? [] : [{ kind, node, vmid: Number(vmid), text }]
  })
}

const kinds: readonly Kind[] = [
  {
    type: 'lxc',
    directory: 'lxc',
    parse: parseContainerConfig,
    format: formatContainerConfig,
    volumes: (section) =>
      mountPointsOf(section, { withUnused: true }).flatMap(({ mountPoint }) =>
        mountType(mountPoint) === 'volume' ? [mountPoint.volume] : [],
      ),
  },
  {
    type: 'qemu',
    directory: 'qemu-server',
    parse: parseVmConfig,
    format: formatVmConfig,
    volumes(section) {
      const state = section.get('vmstate')
      const names = [...driveNames, ...[...section.keys()].filter((name) => isUnusedName(name))]
      const drives = names.flatMap((name) => {
        const drive = parseDrive(name, section.get(name) ?? '')
        return drive && !isCdrom(drive, { cloudinit: false }) ? [drive.file] : []
      })
      return state === undefined ? drives : [...drives, state]
    },
  },
]

/** Ids of the volumes that a node sees. */
function volumesOn({ backings }: ClusterSnapshot, node: string): string[] {
  return backings.flatMap(({ key, volumes }) => {
    const storage = storageOf(key, node)
    if (storage === undefined) return []
    return volumes.flatMap(({ name, parent }) => {
      if (ownerOf(name) === undefined) return []
      const isNested = parent !== undefined && storage !== 'local-lvm'
      const path = isNested ? `${parent}/${name}` : name
      return [`${storage}:${path.replaceAll('images/', '')}`]
    })
  })
}

function storageOf(key: string, node: string): string | undefined {
  const found = Object.entries(media).find(([, medium]) => medium.replace('pve1', node) === key)
  return found?.[0] ?? (key.startsWith('nfs:') ? 'shared' : undefined)
}

function ownerOf(volume: string): number | undefined {
  const [, vmid] = /(?:vm|base|subvol|basevol)-(\d+)-[^/]*$/.exec(volume) ?? []
  return vmid === undefined ? undefined : Number(vmid)
}
