import { test } from 'vitest'
import { checkGuestMachine } from './guest-machine/check-guest-machine.js'
import { createSimulator } from '../src/create-simulator.js'
test('x', async () => {
  let t = performance.now()
  for (let i = 0; i < 50; i++) createSimulator({ seed: 'single' })
  console.log('create', (performance.now() - t) / 50)
  t = performance.now()
  const runs = Number(process.env.RUNS ?? 100)
  await checkGuestMachine({ seed: Number(process.env.FUZZ_SEED ?? 11), numRuns: runs })
  console.log('run', (performance.now() - t) / runs)
}, 1_000_000)
