import { expect, test } from 'vitest'
import { runFigures } from './run-figures.js'

test('run figures: stay within bounds and never run backwards', () => {
  for (let vmid = 100; vmid < 1100; vmid++) {
    const run = { pid: 1, startTime: 0, status: 'running', startedWith: '' } as const
    const early = runFigures({ vmid, uptime: 60, run, maxmem: 2 ** 30 })
    const late = runFigures({ vmid, uptime: 3600, run, maxmem: 2 ** 30 })
    expect(early.cpu).toBeGreaterThan(0)
    expect(early.cpu).toBeLessThan(1)
    expect(early.mem).toBeGreaterThan(0)
    expect(late.mem).toBeLessThan(2 ** 30)
    for (const counter of ['netin', 'netout', 'diskread', 'diskwrite'] as const) {
      expect(early[counter]).toBeGreaterThan(0)
      expect(late[counter]).toBeGreaterThan(early[counter])
    }
  }
})
