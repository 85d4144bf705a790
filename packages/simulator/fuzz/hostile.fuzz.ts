import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { sendHostile } from './hostile/send-hostile.js'
import { fuzzSeed } from './random.js'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

function heapUsed(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

test('hostile input: 100,000 requests get legal answers or none, and leave nothing behind', async () => {
  const seed = fuzzSeed()
  const report = await sendHostile({ seed, requests: 100_000, heapUsed })
  const [early, late] = [report.heap.early, report.heap.late].map((bytes) =>
    Math.round(bytes / 2 ** 20),
  )
  console.log(
    `hostile input, seed ${seed}: ${report.requests} requests, ${report.answers} answers, ` +
      `${report.faults.length} faults, heap ${early} MiB after a quarter and ${late} MiB at the end`,
  )
  expect(report.faults.slice(0, 3)).toEqual([])
  expect(report.answers).toBeGreaterThan(report.requests / 10)
  expect(report.heap.late - report.heap.early).toBeLessThan(20 * 2 ** 20)
})
