import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createSimulator, instantClock } from '@proxkit/simulator'
import { openStateFile } from '@proxkit/simulator/state'
import { manyGuests } from './many-guests.mjs'
import { table, whole } from './report.mjs'
import { median } from './rounds.mjs'

// What a cluster costs that is made, changed, kept and opened again, all in one process.
const folder = mkdtempSync(join(tmpdir(), 'proxkit-bench-'))
const rows = []

await measure(
  'a fresh cluster for a test (lab)',
  { unit: 'ms', target: 20, times: 50 },
  async () => {
    const begin = performance.now()
    const simulator = createSimulator({ clock: instantClock() })
    await simulator.transport().send({ verb: 'GET', path: '/version', params: {} })
    await simulator.close()
    return performance.now() - begin
  },
)

const kept = join(folder, 'thousand.db')
{
  const simulator = createSimulator({
    seed: manyGuests(1000),
    state: openStateFile(kept),
    clock: instantClock(),
  })
  await simulator.close()
}
await measure(
  'opening a state of 1,000 guests',
  { unit: 'ms', target: 500, times: 9 },
  async () => {
    const begin = performance.now()
    const simulator = createSimulator({ state: openStateFile(kept), clock: instantClock() })
    const { data } = await simulator
      .transport()
      .send({ verb: 'GET', path: '/cluster/resources', params: { type: 'vm' } })
    const taken = performance.now() - begin
    if (data.length !== 1000) throw new Error(`there are ${data.length} guests`)
    await simulator.close()
    return taken
  },
)

for (const { name, open } of [
  { name: 'in memory', open: () => undefined },
  { name: 'kept in a file', open: (run) => openStateFile(join(folder, `writes-${run}.db`)) },
]) {
  for (const atOnce of [1, 50]) {
    const how = atOnce === 1 ? 'one after the other' : `${atOnce} at once`
    let run = 0
    const options = { unit: 'writes/s', times: 5 }
    await measure(`writes, ${name}, ${how}`, options, () =>
      writeRate(open(`${atOnce}-${(run += 1)}`), atOnce),
    )
  }
}

const heap = Number(
  execFileSync(
    process.execPath,
    ['--expose-gc', fileURLToPath(new URL('programs/guests-heap.mjs', import.meta.url))],
    { encoding: 'utf8' },
  ),
)
rows.push({ name: 'memory for 1,000 guests', unit: 'MiB', target: 32, found: heap })
rmSync(folder, { recursive: true })

const text = report()
console.log(text)
writeFileSync(new URL('RESULTS-state.md', import.meta.url), text)
process.exitCode = rows.some(({ found, target }) => target !== undefined && found > target) ? 1 : 0

async function measure(name, { unit, target, times }, once) {
  // The first one is not counted: it loads what later ones find loaded.
  await once()
  const found = []
  for (let run = 0; run < times; run += 1) found.push(await once())
  rows.push({ name, unit, target, found: median(found) })
  console.error(`${name}: ${median(found).toFixed(1)} ${unit}`)
}

/** Changes of guests' configurations per second. */
async function writeRate(state, atOnce) {
  const guests = 50
  const simulator = createSimulator({
    seed: manyGuests(guests),
    clock: instantClock(),
    ...(state && { state }),
  })
  const transport = simulator.transport()
  let next = 0
  const until = performance.now() + 1000
  const begin = performance.now()
  const write = async () => {
    while (performance.now() < until) {
      next += 1
      const guest = next % guests
      const path = `/nodes/pve${(guest % 4) + 1}/qemu/${100 + guest}/config`
      const { status, message } = await transport.send({
        verb: 'PUT',
        path,
        params: { description: `change ${next}` },
      })
      if (status !== 200) throw new Error(`PUT ${path}: ${status} ${message}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, write))
  const rate = (next * 1000) / (performance.now() - begin)
  await simulator.close()
  return rate
}

function report() {
  const [cpu] = cpus()
  const cells = [
    ['', 'found', 'target'],
    ...rows.map(({ name, unit, target, found }) => [
      name,
      `**${found < 100 ? found.toFixed(1) : whole(found)}** ${unit}`,
      target === undefined ? '' : `at most ${target}`,
    ]),
  ]
  return `# What a cluster costs

Machine: ${cpu?.model.trim() ?? 'unknown'}, ${cpus().length} cores; Node.js ${process.version}.

${table(cells)}

Everything happens in one process, without a socket; figures are medians. A fresh cluster is made, asked for its version and closed. The state of 1,000 guests on four nodes is opened, and its guests are listed. A write is a change of the description of one of 50 machines; with a file, its answer comes when it is on disk, and those at once share what they write.
`
}
