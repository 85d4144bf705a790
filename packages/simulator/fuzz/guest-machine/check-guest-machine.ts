import { array, assert, asyncProperty, oneof } from 'fast-check'
import { createSimulator, type Simulator } from '../../src/create-simulator.js'
import { instantClock } from '../../src/engine/clock.js'
import type { Seed } from '../../src/seeds/seed.js'
import { callAs } from '../../test/api-caller.js'
import type { Action, Options } from './action.js'
import { backupActions, withArchive } from './backup-actions.js'
import { containerActions } from './container-actions.js'
import { GuestInvariants } from './guest-invariants.js'
import { machineActions } from './machine-actions.js'

const seed: Seed = {
  cluster: 'two',
  nodes: { pve1: { cpus: 4 }, pve2: { cpus: 4 } },
  storage: {
    local: {
      type: 'dir',
      path: '/var/lib/vz',
      content: 'images,rootdir,vztmpl,iso',
      volumes: [
        { volume: 'vztmpl/alpine-3.22-default_20250617_amd64.tar.xz', size: '3M' },
        { volume: 'iso/a.iso', size: '3M' },
      ],
    },
    'local-lvm': { type: 'lvmthin', vgname: 'pve', thinpool: 'data', content: 'images,rootdir' },
    pool: { type: 'zfspool', pool: 'tank', content: 'images,rootdir' },
    shared: { type: 'nfs', server: '192.0.2.9', export: '/tank', content: 'images,rootdir,backup' },
  },
  guests: [
    {
      vmid: 100,
      type: 'lxc',
      node: 'pve1',
      config: { hostname: 'one', rootfs: 'local-lvm:vm-100-disk-0,size=1G', ostype: 'alpine' },
    },
    {
      vmid: 101,
      node: 'pve1',
      config: { name: 'two', scsi0: 'local:101/vm-101-disk-0.qcow2,size=1G', agent: 1 },
    },
  ],
}

/** Does random things to guests and looks after each of them; throws for the shortest history that ends badly. */
export async function checkGuestMachine(options: {
  readonly seed: number
  readonly numRuns: number
}): Promise<void> {
  await using simulator = createSimulator({ seed, clock: instantClock() })
  const start = simulator.snapshot()
  const root = callAs(simulator)
  const anyAction = oneof(machineActions, containerActions, backupActions)
  await assert(
    asyncProperty(array(anyAction, { minLength: 1, maxLength: 20 }), async (history) => {
      simulator.restore(start)
      const invariants = new GuestInvariants(simulator)
      for (const action of history) {
        const { call, params } = action
        if (namesMissing(simulator, params) || namesTwice(simulator, action)) continue
        const answer = await root(call, withArchive(simulator, action))
        await simulator.idle()
        const text = JSON.stringify(answer) ?? ''
        if (/"50[1-9] |TypeError|not a function|Cannot read/.test(text)) {
          throw new Error(`${call} answered ${text}`)
        }
        await invariants.check()
      }
    }),
    options,
  )
}

/** The original stores the name of a volume that is not there without a look. */
function namesMissing(simulator: Simulator, params: Options): boolean {
  const names = Object.values(params).flatMap(
    (value) =>
      (typeof value === 'string' ? /^local-lvm:(vm-\d+-disk-\d+)/.exec(value)?.[1] : undefined) ??
      [],
  )
  if (names.length === 0) return false
  const medium = simulator.snapshot().backings.find(({ key }) => key === 'lvmthin:pve1:pve/data')
  const present = new Set(medium?.volumes.map(({ name }) => name))
  return names.some((name) => !present.has(name))
}

/** The original lets a container name a volume twice, and removes it under one name when it is moved by the other. */
function namesTwice(simulator: Simulator, { call, params }: Action): boolean {
  const vmid = /^PUT .*\/lxc\/(\d+)\/config$/.exec(call)?.[1]
  if (vmid === undefined) return false
  const text = simulator.snapshot().config[`nodes/pve1/lxc/${vmid}.conf`] ?? ''
  return Object.values(params).some((value) => {
    const volume =
      typeof value === 'string' ? /^local-lvm:vm-\d+-disk-\d+/.exec(value)?.[0] : undefined
    return volume !== undefined && new RegExp(`^(?:rootfs|mp\\d+): ${volume},`, 'm').test(text)
  })
}
