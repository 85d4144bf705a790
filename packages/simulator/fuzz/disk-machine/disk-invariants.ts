import { createHash } from 'node:crypto'
import type { Simulator } from '../../src/create-simulator.js'
import { copyConfig, type ReadonlySection } from '../../src/pve/guest/config-file.js'
import { isCdrom, parseDrive } from '../../src/pve/qemu/drive.js'
import { formatVmConfig } from '../../src/pve/qemu/format-vm-config.js'
import { parseVmConfig } from '../../src/pve/qemu/vm-config.js'
import type { ClusterSnapshot } from '../../src/pve/state.js'
import { callAs, type ApiCaller } from '../../test/api-caller.js'

interface Known {
  readonly vmid: number
  readonly node: string
  readonly text: string
}

/** A volume as a node sees it. */
interface Seen {
  readonly volid: string
  readonly vmid: number
}

const nodes = ['pve1', 'pve2']
const storages = ['local', 'local-lvm', 'pool', 'shared']

/** What holds of machines and their storages whatever was done to them; remembers what it saw. */
export class DiskInvariants {
  readonly #simulator: Simulator
  readonly #root: ApiCaller
  /** Volumes that a machine left behind when it went: what only its snapshots knew. */
  readonly #left = new Set<string>()
  #before: readonly Known[] = []
  #tasks = 0

  constructor(simulator: Simulator) {
    this.#simulator = simulator
    this.#root = callAs(simulator)
  }

  /** Throws for the first thing that is wrong. */
  async check(): Promise<void> {
    const snapshot = this.#simulator.snapshot()
    const machines = machinesOf(snapshot)
    this.#checkTasks(snapshot)
    checkTexts(machines)
    await this.#checkVolumes(machines)
    await this.#checkUsage(snapshot)
    await this.#checkDigests(machines)
    this.#before = machines
  }

  #checkTasks({ tasks }: ClusterSnapshot): void {
    for (const { upid, exitStatus = 'still running' } of tasks.slice(this.#tasks)) {
      if (/still running|TypeError|undefined|not a function|Cannot read|NaN/.test(exitStatus)) {
        throw new Error(`${upid} ended with ${exitStatus}`)
      }
    }
    this.#tasks = tasks.length
  }

  /** Every volume of a machine is named by its configuration alone, and every one that is named is there. */
  async #checkVolumes(machines: readonly Known[]): Promise<void> {
    const seen = new Map<string, Seen[]>()
    for (const node of nodes) seen.set(node, await this.#volumesOn(node))
    for (const { vmid, node } of this.#before) {
      if (machines.some((machine) => machine.vmid === vmid)) continue
      for (const volume of seen.get(node) ?? []) {
        if (volume.vmid === vmid) this.#left.add(`${node} ${volume.volid}`)
      }
    }
    const owners = new Map<string, number>()
    for (const { vmid, node, text } of machines) {
      const volumes = seen.get(node) ?? []
      const present = new Set(volumes.map(({ volid }) => volid))
      const { main, pending, snapshots } = parseVmConfig(text)
      const attached = namesIn(main)
      const named = new Set([
        ...attached,
        ...namesIn(pending),
        ...[...snapshots.values()].flatMap((section) => namesIn(section)),
      ])
      for (const name of named) {
        if (!present.has(name)) throw new Error(`VM ${vmid} names ${name}, which is not there`)
        const other = owners.get(`${node} ${name}`)
        if (other !== undefined && attached.includes(name)) {
          throw new Error(`VM ${other} and VM ${vmid} both name ${name}`)
        }
        owners.set(`${node} ${name}`, vmid)
      }
      for (const { volid, vmid: owner } of volumes) {
        const isOwn = owner === vmid && !this.#left.has(`${node} ${volid}`)
        if (isOwn && !named.has(volid)) throw new Error(`VM ${vmid} has lost ${volid}:\n${text}`)
      }
    }
  }

  async #volumesOn(node: string): Promise<Seen[]> {
    const lists = await Promise.all(
      storages.map((storage) =>
        this.#root(`GET /nodes/${node}/storage/${storage}/content`, { content: 'images' }),
      ),
    )
    return lists.flatMap((list) =>
      Array.isArray(list)
        ? list.map(({ volid, vmid }) => ({ volid: String(volid), vmid: Number(vmid) }))
        : [],
    )
  }

  /** What a storage tells of its usage is what its volumes come to. */
  async #checkUsage({ backings }: ClusterSnapshot): Promise<void> {
    for (const [storage, key] of Object.entries(media)) {
      const backing = backings.find((record) => record.key === key)
      const taken = backing?.volumes.reduce((sum, { used }) => sum + used, backing.base) ?? 0
      const { used }: { used: number } = Object(
        await this.#root(`GET /nodes/pve1/storage/${storage}/status`),
      )
      if (used !== Math.min(taken, backing?.capacity ?? 0)) {
        throw new Error(`${storage} tells of ${used} bytes and holds ${taken}`)
      }
    }
  }

  /** The digest is that of the text, and changes with it alone. */
  async #checkDigests(machines: readonly Known[]): Promise<void> {
    for (const { vmid, node, text } of machines) {
      const config = await this.#root(`GET /nodes/${node}/qemu/${vmid}/config`)
      const { digest }: { digest: string } = Object(config)
      const expected = createHash('sha1').update(text).digest('hex')
      if (digest !== expected) throw new Error(`the digest of VM ${vmid} is not that of its text`)
    }
  }
}

/** The media of the storages on the first node. */
const media: Readonly<Record<string, string>> = {
  local: 'dir:pve1:/var/lib/vz',
  'local-lvm': 'lvmthin:pve1:pve/data',
  pool: 'zfspool:pve1:tank',
}

/** Nothing is locked when nobody works but a machine that sleeps, and a text is what its reading would be written as. */
function checkTexts(machines: readonly Known[]): void {
  const ids = machines.map(({ vmid }) => vmid)
  if (new Set(ids).size !== ids.length) throw new Error(`two guests share an id of ${ids.join()}`)
  for (const { vmid, text } of machines) {
    if (/^lock: (?!suspended)/m.test(text)) throw new Error(`VM ${vmid} stays locked:\n${text}`)
    const config = parseVmConfig(text)
    const again = formatVmConfig(copyConfig(config))
    if (again !== text)
      throw new Error(`VM ${vmid} would be written anew as\n${again}\nnot\n${text}`)
    for (const section of [config.main, ...config.snapshots.values()]) {
      const parent = section.get('parent')
      if (parent !== undefined && !config.snapshots.has(parent)) {
        throw new Error(`VM ${vmid} names the snapshot ${parent}, which is gone`)
      }
    }
  }
}

function machinesOf({ config }: ClusterSnapshot): Known[] {
  return Object.entries(config).flatMap(([path, text]) => {
    const [, node, vmid] = /^nodes\/([^/]+)\/qemu-server\/(\d+)\.conf$/.exec(path) ?? []
    return node === undefined ? [] : [{ node, vmid: Number(vmid), text }]
  })
}

/** Ids of the volumes that a part of a configuration names. */
function namesIn(section: ReadonlySection): string[] {
  return [...section].flatMap(([name, value]) => {
    if (name === 'vmstate') return [value]
    const drive = parseDrive(name, value)
    return drive && !isCdrom(drive, { cloudinit: false }) ? [drive.file] : []
  })
}
