import { array, assert, asyncProperty, oneof } from 'fast-check'
import { createSimulator, type Simulator } from '../../src/create-simulator.js'
import { instantClock } from '../../src/engine/clock.js'
import type { Seed } from '../../src/seeds/seed.js'
import { callAs } from '../../test/api-caller.js'
import type { Options } from './action.js'
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
        if (namesMissing(simulator, params)) continue
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
    (value) => /^local-lvm:(vm-\d+-disk-\d+)/.exec(String(value))?.[1] ?? [],
  )
  if (names.length === 0) return false
  const present = simulator
    .snapshot()
    .backings.flatMap(({ key, volumes }) =>
      key === 'lvmthin:pve1:pve/data' ? volumes.map(({ name }) => name) : [],
    )
  return names.some((name) => !present.includes(name))
}
