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
const path = '/api2/json/nodes/pve1/qemu'
const guests = Array.from({ length: 12 }, (_, i) => ({
  vmid: 100 + i,
  name: `vm${i}`,
  status: 'running',
  mem: 2 ** 31,
}))
const headers = { Authorization: 'PVEAPIToken=root@pam!ci=00000000-0000-4000-8000-000000000001' }

const bare = await startBareServer({ [path]: JSON.stringify({ data: guests }) })
const gateway = await startProgram('programs/gateway.mjs', [bare.url])
const proxy = await startProgram('programs/http-proxy.mjs', [bare.url])
for (const { pid } of [gateway, proxy]) pin(pid, 0)
for (const { pid } of [bare, process]) pin(pid, 1)

const throughput = await compare({
  rounds,
  ours: () => rate(gateway.url),
  theirs: () => rate(proxy.url),
})
const ways = [
  ['direct', bare.url, path],
  ['/api2', gateway.url, path],
  ['REST', gateway.url, '/nodes/pve1/qemu'],
  ['@fastify/http-proxy', proxy.url, path],
]
const times = new Map(ways.map(([name]) => [name, []]))
for (let round = 0; round < rounds; round += 1) {
  for (const [name, url, way] of ways) times.get(name).push(await medianTime(url, way))
}
await Promise.all([gateway.stop(), proxy.stop(), bare.stop()])

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

Behind all of them is a bare \`node:http\` server that answers a list of 12 guests in a process of its own. The gateways are kept on one core, the server and the process that sends the requests on another, where the system allows; rounds take turns; figures are medians, the ratio is the median of the rounds' own. A direct call took ${direct.toFixed(2)} ms.
`
console.log(text)
writeFileSync(new URL('RESULTS-gateway.md', import.meta.url), text)

async function rate(url) {
  const { perSecond } = await drive(url, { path, headers, connections: 32, milliseconds: 300 })
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
