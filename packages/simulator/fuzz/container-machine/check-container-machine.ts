import { array, assert, asyncProperty } from 'fast-check'
import { createSimulator } from '../../src/create-simulator.js'
import { instantClock } from '../../src/engine/clock.js'
import type { Seed } from '../../src/seeds/seed.js'
import { callAs } from '../../test/api-caller.js'
import { actions } from './container-actions.js'
import { ContainerInvariants } from './container-invariants.js'

const seed: Seed = {
  cluster: 'two',
  nodes: { pve1: { cpus: 4 }, pve2: { cpus: 4 } },
  storage: {
    local: {
      type: 'dir',
      path: '/var/lib/vz',
      content: 'rootdir,vztmpl',
      volumes: [{ volume: 'vztmpl/alpine-3.22-default_20250617_amd64.tar.xz', size: '3M' }],
    },
    'local-lvm': { type: 'lvmthin', vgname: 'pve', thinpool: 'data', content: 'rootdir' },
    pool: { type: 'zfspool', pool: 'tank', content: 'rootdir' },
    shared: { type: 'nfs', server: '192.0.2.9', export: '/tank', content: 'rootdir' },
  },
  guests: [
    {
      vmid: 100,
      type: 'lxc',
      node: 'pve1',
      config: { hostname: 'one', rootfs: 'local-lvm:vm-100-disk-0,size=1G', ostype: 'alpine' },
    },
  ],
}

/** Does random things to containers and looks after each of them; throws for the shortest history that ends badly. */
export async function checkContainerMachine(options: {
  readonly seed: number
  readonly numRuns: number
}): Promise<void> {
  await assert(
    asyncProperty(array(actions, { minLength: 1, maxLength: 20 }), async (history) => {
      await using simulator = createSimulator({ seed, clock: instantClock() })
      const root = callAs(simulator)
      const invariants = new ContainerInvariants(simulator)
      for (const { call, params } of history) {
        const answer = await root(call, params)
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
