import { array, assert, asyncProperty } from 'fast-check'
import { createSimulator, type Simulator } from '../../src/create-simulator.js'
import { instantClock } from '../../src/engine/clock.js'
import type { Seed } from '../../src/seeds/seed.js'
import { callAs } from '../../test/api-caller.js'
import { actions } from './disk-actions.js'
import { DiskInvariants } from './disk-invariants.js'

const content = 'images'

const seed: Seed = {
  cluster: 'two',
  nodes: { pve1: { cpus: 4 }, pve2: { cpus: 4 } },
  storage: {
    local: {
      type: 'dir',
      path: '/var/lib/vz',
      content: 'images,iso,import',
      volumes: [
        { volume: 'iso/debian.iso', size: '1M' },
        { volume: 'import/disk.qcow2', size: '64M' },
      ],
    },
    'local-lvm': { type: 'lvmthin', vgname: 'pve', thinpool: 'data', content },
    pool: { type: 'zfspool', pool: 'tank', content },
    shared: { type: 'nfs', server: '192.0.2.9', export: '/tank', content: 'images,backup' },
  },
  guests: [
    {
      vmid: 100,
      node: 'pve1',
      config: { name: 'one', scsi0: 'local-lvm:vm-100-disk-0,size=1G', boot: 'order=scsi0' },
    },
  ],
}

/** Does random things to machines and looks after each of them; throws for the shortest history that ends badly. */
export async function checkDiskMachine(options: {
  readonly seed: number
  readonly numRuns: number
}): Promise<void> {
  await assert(
    asyncProperty(array(actions, { minLength: 1, maxLength: 20 }), async (history) => {
      await using simulator = createSimulator({ seed, clock: instantClock() })
      const root = callAs(simulator)
      const invariants = new DiskInvariants(simulator)
      for (const { call, params } of history) {
        const named =
          params.archive === undefined ? params : { ...params, ...lastArchive(simulator) }
        const answer = await root(call, named)
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

function lastArchive(simulator: Simulator): { archive: string } {
  const names = simulator
    .snapshot()
    .backings.flatMap(({ volumes }) => volumes.map(({ name }) => name))
    .filter((name) => name.startsWith('dump/'))
  return { archive: `shared:backup/${names.toSorted().at(-1)?.slice('dump/'.length) ?? 'none'}` }
}
