import { createSimulator, type Simulator, type SimulatorOptions } from './create-simulator.js'

/** Runs `body` with a cluster of its own, which is gone when it ends; for test runners of any kind. */
export async function withSimulator<T>(
  body: (simulator: Simulator) => T | Promise<T>,
  options: SimulatorOptions = {},
): Promise<T> {
  const simulator = createSimulator(options)
  try {
    return await body(simulator)
  } finally {
    await simulator.close()
  }
}
