import { assert, asyncModelRun, asyncProperty } from 'fast-check'
import { createSimulator } from '../../src/create-simulator.js'
import { instantClock } from '../../src/engine/clock.js'
import { accessCommands } from './access-commands.js'
import { AccessState } from './access-state.js'

/** Runs sequences of commands against a cluster and a plain model of it; throws for the shortest that tell them apart. */
export async function checkAccessMachine(options: {
  readonly seed: number
  readonly numRuns: number
}): Promise<void> {
  await assert(
    asyncProperty(accessCommands, async (sequence) => {
      await using simulator = createSimulator({
        seed: { nodes: { pve1: {} }, guests: [guest(100), guest(101)] },
        clock: instantClock(),
      })
      await asyncModelRun(() => ({ model: new AccessState(), real: simulator }), sequence)
    }),
    options,
  )
}

function guest(vmid: number): {
  vmid: number
  node: string
  config: Record<string, string | number>
} {
  return { vmid, node: 'pve1', config: { name: `vm${vmid}`, memory: 512 } }
}
