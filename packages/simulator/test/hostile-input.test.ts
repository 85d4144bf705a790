import { expect, test } from 'vitest'
import { sendHostile } from '../fuzz/hostile/send-hostile.js'

test('hostile input gets legal answers or none, in a few hundred requests', async () => {
  const report = await sendHostile({ seed: 3, requests: 600, heapUsed: () => 0 })
  expect(report.faults).toEqual([])
  expect(report.answers).toBeGreaterThan(100)
})
