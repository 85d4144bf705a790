import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { Pool } from 'undici'
import { drive } from './drive.mjs'
import { pin } from './pin.mjs'
import { table, whole } from './report.mjs'
import { compare, median } from './rounds.mjs'
import { startBareServer } from './start-bare-server.mjs'
import { startProgram } from './start-program.mjs'

const rounds = 15
const connections = 32
const api2 = '/api2/json'
// Equal reads at a time would be one to our gateway.
const paths = Array.from({ length: connections }, (_, i) => `/nodes/pve${i}/qemu`)
const guests = Array.from({ length: 12 }, (_, i) => ({
  vmid: 100 + i,
  name: `vm${i}`,
  status: 'running',
  mem: 2 ** 31,
}))
const headers = { Authorization: 'PVEAPIToken=root@pam!ci=00000000-0000-4000-8000-000000000001' }

const bodies = Object.fromEntries(
  paths.map((path) => [api2 + path, JSON.stringify({ data: guests })]),
)
const bare = await startBareServer(bodies)
const beside = await startBareServer(bodies)
const gateway = await startProgram('programs/gateway.mjs', [bare.url])
const proxy = await startProgram('programs/http-proxy.mjs', [bare.url])
for (const { pid } of [gateway, proxy, beside]) pin(pid, 0)
for (const { pid } of [bare, process]) pin(pid, 1)

// Both run for days: what is measured is code that has been compiled.
for (const { url } of [gateway, proxy]) await rate(url, 5000)
const throughput = await compare({
  rounds,
  ours: () => rate(gateway.url),
  theirs: () => rate(proxy.url),
})
const ways = [
  ['direct', beside.url, api2 + paths[1]],
  ['/api2', gateway.url, api2 + paths[1]],
  ['REST', gateway.url, paths[1]],
  ['@fastify/http-proxy', proxy.url, api2 + paths[1]],
]
const times = new Map(ways.map(([name]) => [name, []]))
for (let round = 0; round < rounds; round += 1) {
  for (const [name, url, way] of ways) times.get(name).push(await medianTime(url, way))
}
await Promise.all([gateway.stop(), proxy.stop(), bare.stop(), beside.stop()])

const direct = median(times.get('direct'))
const added = (name) => `${(median(times.get(name)) - direct).toFixed(2)} ms`
const [cpu] = cpus()
const text = `# Results of the gateway

Machine: ${cpu?.model.trim() ?? 'unknown'}, ${cpus().length} cores; Node.js ${process.version}.

${table([
  ['', 'Proxkit', '@fastify/http-proxy', 'ratio', 'target'],
  [
    'answers/s, 32 at once',
    whole(throughput.ours),
    whole(throughput.theirs),
    `**${throughput.ratio.toFixed(2)}**`,
    '0.8',
  ],
])}

${table([
  ['one after the other', 'added to a direct call', 'target'],
  ['`/api2`', `**${added('/api2')}**`, '0.40 ms'],
  ['REST: held against the definition, unwrapped, retyped', `**${added('REST')}**`, '0.40 ms'],
  ['@fastify/http-proxy', added('@fastify/http-proxy'), ''],
])}

Behind all of them is a bare \`node:http\` server that answers a list of 12 guests in a process of its own. The gateway is as \`proxkit gateway\` has it where nothing else is set, but neither of the two writes a log. Of the 32 connections each reads something else, since our gateway makes one of equal reads. The gateways are kept on one core, the server and the process that sends the requests on another, where the system allows. A direct call goes to a second such server, on the core of the gateways: between two processes on one core it would take less than any way over another, and the difference would be taken for the gateway's. It took ${direct.toFixed(2)} ms. Rounds take turns; figures are medians, the ratio is the median of the rounds' own.
`
console.log(text)
writeFileSync(new URL('RESULTS-gateway.md', import.meta.url), text)

async function rate(url, milliseconds = 300) {
  const path = paths.map((one) => api2 + one)
  const { perSecond } = await drive(url, { path, headers, connections, milliseconds })
  return perSecond
}

/** Of calls one after the other over one connection. */
async function medianTime(url, way) {
  const pool = new Pool(url, { connections: 1, pipelining: 1 })
  const each = []
  for (let call = 0; call < 300; call += 1) {
    const started = performance.now()
    const { body, statusCode } = await pool.request({ path: way, method: 'GET', headers })
    await body.dump()
    if (statusCode !== 200) throw new Error(`${url}${way} answered ${statusCode}`)
    each.push(performance.now() - started)
  }
  await pool.close()
  return median(each)
}
