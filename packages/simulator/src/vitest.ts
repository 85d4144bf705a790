import { test as base, type TestAPI } from 'vitest'
import { createSimulator, type Simulator, type SimulatorOptions } from './create-simulator.js'
import { instantClock } from './engine/clock.js'

export interface SimulatorFixtures {
  /** What each cluster starts with; set it with `test.override`. Default: the lab, on a clock that waits for nobody. */
  readonly simulatorOptions: SimulatorOptions
  /** A cluster for this test alone. */
  readonly simulator: Simulator
}

/** Vitest's `test` with a fresh cluster for every test that asks for one. */
export const test: TestAPI<SimulatorFixtures> = base.extend<SimulatorFixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Vitest reads from the pattern which fixtures are wanted
  simulatorOptions: async ({}, use) => {
    await use({ clock: instantClock() })
  },
  simulator: async ({ simulatorOptions }, use) => {
    const simulator = createSimulator(simulatorOptions)
    await use(simulator)
    await simulator.close()
  },
})
