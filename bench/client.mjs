import { writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { callRate } from './clients.mjs'
import { createPeers } from './peers.mjs'
import { pin } from './pin.mjs'
import { reportClient } from './report-client.mjs'
import { compare, median } from './rounds.mjs'
import { runProgram, startProgram } from './start-program.mjs'

const rounds = Number(process.env.BENCH_ROUNDS ?? 15)
const MIB = process.env.BENCH_UPLOAD_MIB ?? '2048'
const token = 'root@pam!ci=6f2a1f3e-0000-4000-8000-8d1f0a6c1b2e'
const rows = []
const [load] = loadavg()

const server = await startProgram('tls-server.mjs')
pin(server.pid, 0)
pin(process.pid, 1)

const { ours, close, ...peers } = createPeers(server, { token, connections: 50 })
for (const { manner, ...options } of [
  { manner: 'one after the other', calls: 300, atOnce: 1 },
  { manner: '50 at once', calls: 1500, atOnce: 50 },
]) {
  for (const [peer, theirs] of Object.entries(peers)) {
    const result = await compare({
      rounds,
      ours: () => callRate(ours, options),
      theirs: () => callRate(theirs, options),
    })
    const target = peer === 'an undici Pool' ? 'at least 0.9' : ''
    add({ name: `calls, ${manner}, beside ${peer}`, unit: 'calls/s', target, ...result })
  }
}
await close()
pin(process.pid, '0-1')

const env = { URL_OF_SERVER: server.url, CA: server.cert, TOKEN: token, MIB }
const timeOf = async (name) => (await runProgram(name, { env })).milliseconds
add({
  name: 'a whole process with one call, beside node:https',
  unit: 'ms',
  target: 'at most 1.25',
  ...(await compare({
    rounds,
    ours: () => timeOf('programs/call-client.mjs'),
    theirs: () => timeOf('programs/call-https.mjs'),
  })),
})

const extra = []
const upload = async (name, extras) => {
  const { printed } = await runProgram(name, { env, flags: ['--expose-gc'] })
  extras?.push(printed.extra)
  return printed.rate
}
add({
  name: `an upload of ${MIB} MiB, beside node:https`,
  unit: 'MB/s',
  target: 'at least 0.85',
  ...(await compare({
    rounds: 3,
    ours: () => upload('programs/upload-client.mjs', extra),
    theirs: () => upload('programs/upload-https.mjs'),
  })),
})
await server.stop()

const heapOf = async (module) => {
  const { printed } = await runProgram('programs/heap.mjs', {
    env: { MODULE: module },
    flags: ['--expose-gc'],
  })
  return printed.bytes / 1e6
}
const modules = ['@proxkit/client', 'undici', 'proxmox-api', '@corsinvest/cv4pve-api-javascript']
const heap = []
for (const module of modules) heap.push([module, await heapOf(module)])

const text = reportClient({ rows, extra: median(extra), heap, load })
console.log(text)
writeFileSync(new URL('RESULTS-client.md', import.meta.url), text)

function add(row) {
  rows.push(row)
  console.error(`${row.name}: ${row.ratio.toFixed(2)}`)
}
