import { createHash } from 'node:crypto'
import type { Simulator } from '../../src/create-simulator.js'
import { copyConfig } from '../../src/pve/guest/config-file.js'
import { formatContainerConfig, parseContainerConfig } from '../../src/pve/lxc/container-config.js'
import { mountPointsOf, mountType } from '../../src/pve/lxc/mount-point.js'
import type { ClusterSnapshot } from '../../src/pve/state.js'
import { callAs } from '../../test/api-caller.js'

interface Known {
  readonly vmid: number
  readonly node: string
  readonly text: string
}

/** What holds of containers and their storages whatever was done to them; remembers what it saw. */
export class ContainerInvariants {
  readonly #simulator: Simulator
  /** Volumes that a container left behind when it went: what only its snapshots knew. */
  readonly #left = new Set<string>()
  #before: readonly Known[] = []
  #tasks = 0

  constructor(simulator: Simulator) {
    this.#simulator = simulator
  }

  /** Throws for the first thing that is wrong. */
  async check(): Promise<void> {
    const snapshot = this.#simulator.snapshot()
    const containers = containersOf(snapshot)
    this.#checkTasks(snapshot)
    checkTexts(containers)
    this.#checkVolumes(snapshot, containers)
    await this.#checkUsage(snapshot)
    await this.#checkDigests(containers)
    this.#before = containers
  }

  #checkTasks({ tasks }: ClusterSnapshot): void {
    for (const { upid, exitStatus = 'still running' } of tasks.slice(this.#tasks)) {
      if (/still running|TypeError|undefined|not a function|Cannot read|NaN/.test(exitStatus)) {
        throw new Error(`${upid} ended with ${exitStatus}`)
      }
    }
    this.#tasks = tasks.length
  }

  /** Every volume of a container is named by one configuration, and every one that is named is there. */
  #checkVolumes(snapshot: ClusterSnapshot, containers: readonly Known[]): void {
    for (const { vmid, node } of this.#before) {
      if (containers.some((container) => container.vmid === vmid)) continue
      for (const volume of volumesOn(snapshot, node)) {
        if (ownerOf(volume) === vmid) this.#left.add(`${node} ${volume}`)
      }
    }
    const owners = new Map<string, number>()
    for (const { vmid, node, text } of containers) {
      const { main, pending, snapshots } = parseContainerConfig(text)
      const present = new Set(volumesOn(snapshot, node))
      const attached = namesIn(main)
      const named = new Set([
        ...attached,
        ...namesIn(pending),
        ...[...snapshots.values()].flatMap((section) => namesIn(section)),
      ])
      for (const name of named) {
        if (!present.has(name)) throw new Error(`CT ${vmid} names ${name}, which is not there`)
        const other = owners.get(`${node} ${name}`)
        if (other !== undefined && other !== vmid && attached.includes(name)) {
          throw new Error(`CT ${other} and CT ${vmid} both name ${name}`)
        }
        owners.set(`${node} ${name}`, vmid)
      }
      for (const volume of present) {
        const isOwn = ownerOf(volume) === vmid && !this.#left.has(`${node} ${volume}`)
        if (isOwn && !named.has(volume)) throw new Error(`CT ${vmid} has lost ${volume}`)
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
  async #checkDigests(containers: readonly Known[]): Promise<void> {
    for (const { vmid, node, text } of containers) {
      const config = await callAs(this.#simulator)(`GET /nodes/${node}/lxc/${vmid}/config`)
      const { digest }: { digest: string } = Object(config)
      const expected = createHash('sha1').update(text).digest('hex')
      if (digest !== expected) throw new Error(`the digest of CT ${vmid} is not that of its text`)
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
function checkTexts(containers: readonly Known[]): void {
  const ids = containers.map(({ vmid }) => vmid)
  if (new Set(ids).size !== ids.length) throw new Error(`two guests share an id of ${ids.join()}`)
  for (const { vmid, text } of containers) {
    if (/^lock:/m.test(text)) throw new Error(`CT ${vmid} stays locked:\n${text}`)
    const again = formatContainerConfig(copyConfig(parseContainerConfig(text)))
    if (again !== text)
      throw new Error(`CT ${vmid} would be written anew as\n${again}\nnot\n${text}`)
    for (const section of parseContainerConfig(text).snapshots.values()) {
      const parent = section.get('parent')
      if (parent !== undefined && !parseContainerConfig(text).snapshots.has(parent)) {
        throw new Error(`a snapshot of CT ${vmid} has the parent ${parent}, which is gone`)
      }
    }
  }
}

function containersOf({ config }: ClusterSnapshot): Known[] {
  return Object.entries(config).flatMap(([path, text]) => {
    const [, node, vmid] = /^nodes\/([^/]+)\/lxc\/(\d+)\.conf$/.exec(path) ?? []
    return node === undefined ? [] : [{ node, vmid: Number(vmid), text }]
  })
}

function namesIn(section: Parameters<typeof mountPointsOf>[0]): string[] {
  return mountPointsOf(section, { withUnused: true }).flatMap(({ mountPoint }) =>
    mountType(mountPoint) === 'volume' ? [mountPoint.volume] : [],
  )
}

/** Ids of the volumes that a node sees. */
function volumesOn({ backings }: ClusterSnapshot, node: string): string[] {
  return backings.flatMap(({ key, volumes }) => {
    const storage = storageOf(key, node)
    if (storage === undefined) return []
    return volumes.flatMap(({ name, parent }) => {
      if (ownerOf(name) === undefined) return []
      const prefix = storage === 'pool' && parent !== undefined ? `${parent}/` : ''
      return [`${storage}:${prefix}${name.replace(/^images\//, '')}`]
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
