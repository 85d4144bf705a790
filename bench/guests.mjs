import { writeFileSync } from 'node:fs'
import { createClient } from '@proxkit/client'
import { createSimulator, instantClock } from '@proxkit/simulator'
import { Pool } from 'undici'
import { drive } from './drive.mjs'
import { pin } from './pin.mjs'
import { reportGuests } from './report-guests.mjs'
import { compare, median } from './rounds.mjs'
import { startBareServer } from './start-bare-server.mjs'
import { startProgram } from './start-program.mjs'

// What work on guests costs where nobody waits: making them, listing many, and changing one from many sides.
const rounds = Number(process.env.BENCH_ROUNDS ?? 9)
const rows = []
const machine = { name: 'web', memory: 1024, scsi0: { file: 'local-lvm:1' } }
const upid = 'UPID:pve1:00001000:00002000:6955B900:qmcreate:100:root@pam:'
const api = '/api2/json'
/** The same bytes as ours, for whoever does nothing else. */
const answers = {
  [`${api}/nodes/pve1/qemu`]: JSON.stringify({ data: upid }),
  [`${api}/nodes/pve1/tasks/${encodeURIComponent(upid)}/status`]: JSON.stringify({
    data: {
      exitstatus: 'OK',
      id: '100',
      node: 'pve1',
      pid: 4096,
      pstart: 8192,
      starttime: 1_767_225_600,
      status: 'stopped',
      type: 'qmcreate',
      upid,
      user: 'root@pam',
    },
  }),
  [`${api}/nodes/pve1/qemu/100000/config`]: '{"data":null}',
}
let vmid = 1000

await measureCreationInProcess()
await measureCreationOverHttps()
await measureLists()
await measureWrites()

const text = reportGuests(rows)
console.log(text)
writeFileSync(new URL('RESULTS-guests.md', import.meta.url), text)

async function measureCreationInProcess() {
  const simulator = createSimulator({ clock: instantClock(), seed: 'lab' })
  const ours = createClient({ transport: simulator.transport() })
  const theirs = createClient({ transport: { send: answerAtOnce, close: async () => {} } })
  await compareCreation('in process, beside a transport that answers at once', {
    ours,
    theirs,
    targets: { one: 'under 3 ms', many: 'under 400 ms' },
  })
  await simulator.close()
}

async function measureCreationOverHttps() {
  const simulator = await startProgram('programs/instant-simulator.mjs')
  const bare = await startBareServer(answers, ['--tls', '--relayed'])
  for (const { pid } of [simulator, bare]) pin(pid, 0)
  pin(process.pid, 1)
  const open = ({ url, fingerprint }) =>
    createClient({ url, auth: { token: simulator.token }, tls: { fingerprint } })
  await compareCreation('over HTTPS', {
    ours: open(simulator),
    theirs: open(bare),
    targets: { one: 'under 6 ms', many: 'under 400 ms' },
  })
  await simulator.stop()
  await bare.stop()
}

async function compareCreation(manner, { ours, theirs, targets }) {
  add(`create a machine and wait, ${manner}`, 'ms', targets.one, {
    ...(await compare({ rounds, ours: () => timeOfOne(ours), theirs: () => timeOfOne(theirs) })),
  })
  add(`create 100 machines at once, ${manner}`, 'ms', targets.many, {
    ...(await compare({ rounds, ours: () => timeOfMany(ours), theirs: () => timeOfMany(theirs) })),
  })
}

async function timeOfOne(client) {
  const times = []
  for (let count = 0; count < 20; count += 1) {
    const started = performance.now()
    await create(client)
    times.push(performance.now() - started)
  }
  return median(times)
}

async function timeOfMany(client) {
  const started = performance.now()
  await Promise.all(Array.from({ length: 100 }, () => create(client)))
  return performance.now() - started
}

async function create(client) {
  vmid += 1
  const task = await client.nodes('pve1').qemu.post({ vmid, ...machine })
  await task.done()
}

async function answerAtOnce({ path }) {
  const { data } = JSON.parse(answers[`${api}${path}`] ?? answers[`${api}${pathOfTask(path)}`])
  return { status: 200, data }
}

/** The path of a task with the letters that a URL has in its place. */
function pathOfTask(path) {
  return path.replace(upid, encodeURIComponent(upid))
}

async function measureLists() {
  const path = `${api}/cluster/resources`
  for (const { guests, unit, target, measure } of [
    { guests: 1000, unit: 'answers/s', target: 'at least 1,500', measure: rate },
    { guests: 10_000, unit: 'ms', target: 'under 12', measure: latency },
  ]) {
    const simulator = await startProgram('programs/instant-simulator.mjs', [guests, '--http'])
    const headers = { Authorization: `PVEAPIToken=${simulator.token}` }
    const body = await (await fetch(`${simulator.url}${path}`, { headers })).text()
    const bare = await startBareServer({ [path]: body })
    for (const { pid } of [simulator, bare]) pin(pid, 0)
    add(`list ${guests.toLocaleString('en')} guests of a cluster`, unit, target, {
      ...(await compare({
        rounds,
        ours: () => measure(simulator.url, { path, headers }),
        theirs: () => measure(bare.url, { path, headers }),
      })),
    })
    await simulator.stop()
    await bare.stop()
  }
}

async function rate(url, { path, headers }) {
  return (await drive(url, { path, headers, connections: 10, milliseconds: 500 })).perSecond
}

/** Milliseconds from one request to the end of its answer, one after the other. */
async function latency(url, { path, headers }) {
  const pool = new Pool(url, { connections: 1 })
  const times = []
  for (let count = 0; count < 15; count += 1) {
    const started = performance.now()
    const { body } = await pool.request({ method: 'GET', path, headers })
    await body.arrayBuffer()
    times.push(performance.now() - started)
  }
  await pool.close()
  return median(times)
}

async function measureWrites() {
  const path = `${api}/nodes/pve1/qemu/100000/config`
  const simulator = await startProgram('programs/instant-simulator.mjs', [10, '--http'])
  const bare = await startBareServer(answers, ['--relayed'])
  for (const { pid } of [simulator, bare]) pin(pid, 0)
  const headers = {
    Authorization: `PVEAPIToken=${simulator.token}`,
    'Content-Type': 'application/x-www-form-urlencoded',
  }
  const refused = []
  const write = async (url) => {
    const pool = new Pool(url, { connections: 16 })
    const started = performance.now()
    await Promise.all(
      Array.from({ length: 16 }, async (_, writer) => {
        for (let count = 0; count < 20; count += 1) {
          const form = new URLSearchParams({ description: `${writer}-${count}` }).toString()
          const answer = await pool.request({ method: 'PUT', path, headers, body: form })
          if (answer.statusCode !== 200) refused.push(answer.statusCode)
          await answer.body.dump()
        }
      }),
    )
    await pool.close()
    return 320 / ((performance.now() - started) / 1000)
  }
  const result = await compare({
    rounds,
    ours: () => write(simulator.url),
    theirs: () => write(bare.url),
  })
  add('change one machine over 16 connections', 'writes/s', 'no conflict', {
    ...result,
    note: `${refused.length} refused`,
  })
  await simulator.stop()
  await bare.stop()
}

function add(name, unit, target, result) {
  rows.push({ name, unit, target, ...result })
  console.error(`${name}: ${result.ours.toFixed(2)} ${unit}, ratio ${result.ratio.toFixed(2)}`)
}
