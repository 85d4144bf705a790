import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { type SimulatorProcess, startSimulator } from '../../../scripts/src/simulator-process.js'

const folder = mkdtempSync(join(tmpdir(), 'proxkit-kill-'))
const state = join(folder, 'state.db')
const rounds = 20
const writers = 50
/** As many answers in each round before the process is killed. */
const answered = 500

afterAll(() => rmSync(folder, { recursive: true }))

test('what was answered is there after kill -9', { timeout: 600_000 }, async () => {
  const kept = new Set<string>()
  for (let round = 0; round < rounds; round += 1) {
    const simulator = await startSimulator(['--http', '--state', state])
    expect(await missingFrom(simulator, kept)).toEqual([])
    await writeUntilKilled(simulator, (pool) => kept.add(pool), `round-${round}`)
  }
  const simulator = await startSimulator(['--http', '--state', state])
  expect(kept.size).toBeGreaterThanOrEqual(rounds * answered)
  expect(await missingFrom(simulator, kept)).toEqual([])
  expect(await simulator.stop()).toBe(0)
})

async function missingFrom(
  simulator: SimulatorProcess,
  kept: ReadonlySet<string>,
): Promise<string[]> {
  const answer: unknown = await (await call(simulator, 'GET')).json()
  const pools = new Set(JSON.stringify(answer).match(/round-\d+-\d+/g))
  return [...kept].filter((pool) => !pools.has(pool))
}

/** Makes pools from many sides at once and kills the process in the middle of it. */
async function writeUntilKilled(
  simulator: SimulatorProcess,
  keep: (pool: string) => void,
  name: string,
): Promise<void> {
  let next = 0
  let count = 0
  let killed: Promise<unknown> | undefined
  const write = async (): Promise<void> => {
    while (!killed) {
      next += 1
      const pool = `${name}-${next}`
      try {
        const { ok } = await call(simulator, 'POST', pool)
        if (!ok) throw new Error(`making ${pool} was refused`)
      } catch (error) {
        if (killed) return
        throw error
      }
      keep(pool)
      count += 1
      if (count === answered) killed = simulator.stop('SIGKILL')
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
  await killed
}

function call(
  simulator: SimulatorProcess,
  method: 'GET' | 'POST',
  poolid?: string,
): Promise<Response> {
  return fetch(`${simulator.url}/api2/json/pools`, {
    method,
    headers: { Authorization: 'PVEAPIToken=root@pam!ci=00000000-0000-4000-8000-000000000001' },
    ...(poolid !== undefined && { body: new URLSearchParams({ poolid }) }),
  })
}
