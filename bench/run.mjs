import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { startSimulator } from '../scripts/dist/simulator-process.js'
import { callRate, createCallers } from './clients.mjs'
import { drive } from './drive.mjs'
import { ticketHeaders } from './logins.mjs'
import { pin } from './pin.mjs'
import { report } from './report.mjs'
import { compare, median } from './rounds.mjs'
import { startBareServer } from './start-bare-server.mjs'

// Many short rounds: what disturbs the machine then falls on few of them.
const rounds = 25
const rows = []
let driverBusy = 0

const simulator = await startSimulator(['--http'])
const headers = { Authorization: `PVEAPIToken=${simulator.token}` }
const node = 'pve1'
const paths = ['version', `nodes/${node}/qemu`]
const bodies = {}
for (const path of paths) bodies[`/api2/json/${path}`] = await readText(path)
const bare = await startBareServer(bodies)
pin(simulator.pid, 0)
pin(bare.pid, 0)
pin(process.pid, 1)

for (const [path, target] of [
  ['version', 0.7],
  [`nodes/${node}/qemu`, 0.6],
]) {
  const result = await compare({
    rounds,
    ours: () => rate(simulator.url, { path, headers }),
    theirs: () => rate(bare.url, { path, headers }),
  })
  add(`simulator: GET /${path}`, { unit: 'answers/s', target, ...result })
}

const ticket = await ticketHeaders(simulator.url, simulator)
const byTicket = await compare({
  rounds,
  ours: () => rate(simulator.url, { path: 'version', headers }),
  theirs: () => rate(simulator.url, { path: 'version', headers: ticket }),
})
add('simulator: GET /version, a token beside a ticket', {
  unit: 'answers/s',
  target: 0.9,
  ...byTicket,
})

for (const path of paths) {
  for (const { manner, ...options } of [
    { manner: 'one after the other', calls: 1000, atOnce: 1 },
    { manner: '50 at once', calls: 5000, atOnce: 50 },
  ]) {
    const { token } = simulator
    const callers = createCallers(bare.url, { token, path, connections: 50 })
    const result = await compare({
      rounds,
      ours: () => callRate(callers.viaClient, options),
      theirs: () => callRate(callers.viaPool, options),
    })
    await callers.close()
    add(`client: GET /${path}, ${manner}`, { unit: 'calls/s', target: 0.9, ...result })
  }
}
await bare.stop()
await simulator.stop()
pin(process.pid, '0-1')

const readyTimes = []
const bareTimes = []
for (let run = 0; run < 15; run += 1) {
  const started = await startSimulator()
  readyTimes.push(started.readyAfter)
  await started.stop()
  bareTimes.push(emptyProgram())
}

const text = report({ rows, ready: median(readyTimes), bareNode: median(bareTimes), driverBusy })
console.log(text)
writeFileSync(new URL('RESULTS.md', import.meta.url), text)

async function rate(url, { path, headers: fields }) {
  const result = await drive(url, {
    path: `/api2/json/${path}`,
    headers: fields,
    connections: 10,
    milliseconds: 300,
  })
  driverBusy = Math.max(driverBusy, result.driverBusy)
  return result.perSecond
}

/** Milliseconds that Node.js takes for nothing at all: what no program can start faster than. */
function emptyProgram() {
  const started = performance.now()
  execFileSync(process.execPath, ['--eval', ''])
  return performance.now() - started
}

function add(name, result) {
  rows.push({ name, ...result })
  console.error(`${name}: ${result.ratio.toFixed(2)}`)
}

async function readText(path) {
  const response = await fetch(`${simulator.url}/api2/json/${path}`, { headers })
  if (!response.ok) throw new Error(`GET /${path}: ${response.status} ${response.statusText}`)
  return response.text()
}
