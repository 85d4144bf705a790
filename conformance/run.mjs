import { createClient } from '@proxkit/client'
import { createSimulator, realClock } from '@proxkit/simulator'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startSimulator } from '../scripts/dist/simulator-process.js'
import { startGateway } from './gateway.mjs'
import { guestLife } from './guest-life.mjs'
import { checkOpenapi } from './openapi.mjs'
import { preparePython, runPython } from './python.mjs'
import { importPydantic } from './pydantic.mjs'
import { runNovnc } from './novnc.mjs'
import { callFromRuntimes } from './runtimes.mjs'
import { compileTypedCalls } from './typescript.mjs'

const seeds = ['lab', 'single']
/** Nobody needs to see a disk being made at its real pace. */
const speed = 20
// Consoles wait ten seconds for who connects, by the clock of the cluster.
const consoleSpeed = 2
/** @type {{ seed: string, client: string, result: string, failures: { name: string, detail: string }[] }[]} */
const rows = []

const missing = await preparePython()
for (const seed of seeds) {
  const simulator = await startSimulator(['--seed', seed, '--speed', String(speed)])
  try {
    if (missing === undefined) {
      add({ seed, client: 'proxmoxer 2.3.0' }, await runPython('guest-life.py', simulator))
      const gateway = await startGateway(simulator)
      const row = { seed, client: 'proxmoxer 2.3.0, through the gateway' }
      add(row, await runPython('guest-life.py', gateway))
      await gateway.stop()
    } else {
      rows.push({ seed, client: 'proxmoxer 2.3.0', result: `skipped: ${missing}`, failures: [] })
    }
    const { url, fingerprint, user: username, password } = simulator
    const connect = (auth) => createClient({ url, auth, tls: { fingerprint } })
    const byPassword = connect({ username, password })
    add({ seed, client: '@proxkit/client, password' }, await guestLife(byPassword))
    const token = byPassword.access.users(username).token('conformance')
    const { 'full-tokenid': id, value } = await token.post({ privsep: false })
    const byToken = connect({ token: `${id}=${value}` })
    add({ seed, client: '@proxkit/client, token' }, await guestLife(byToken))
    await Promise.all([byPassword.close(), byToken.close()])
  } finally {
    const code = await simulator.stop()
    add({ seed, client: 'proxkit simulate' }, [
      { name: 'ends with code 0', passed: code === 0, detail: `found ${code}` },
    ])
  }
  const inProcess = createSimulator({ seed, clock: realClock({ speed }) })
  const client = createClient({ transport: inProcess.transport() })
  add({ seed, client: '@proxkit/client, in process' }, await guestLife(client))
  await client.close()
  await inProcess.close()
}

const ownSeed = fileURLToPath(new URL('second-factor.json', import.meta.url))
const { users } = JSON.parse(readFileSync(ownSeed, 'utf8'))
if (missing === undefined) {
  // Values go by the clock: it must be that of the client.
  const simulator = await startSimulator(['--seed', ownSeed])
  const row = { seed: 'own', client: 'proxmoxer 2.3.0, TOTP' }
  try {
    for (const [user, login] of Object.entries(users)) {
      add(row, await runPython('second-factor.py', { ...simulator, user, ...login }))
    }
  } finally {
    await simulator.stop()
  }
}

if (missing === undefined) {
  const seed = fileURLToPath(new URL('logins.json', import.meta.url))
  const runs = [
    { client: 'proxmoxer 2.3.0, logins', args: [] },
    { client: 'proxmoxer 2.3.0, renewal', args: ['renewal'] },
  ]
  for (const { client, args } of runs) {
    const simulator = await startSimulator(['--seed', seed, '--speed', String(speed)])
    try {
      add({ seed: 'own', client }, await runPython('logins.py', simulator, args))
    } finally {
      await simulator.stop()
    }
  }
}

if (missing === undefined) {
  const simulator = await startSimulator(['--speed', String(speed)])
  try {
    add({ seed: 'lab', client: 'schemathesis, at the gateway' }, await checkOpenapi(simulator))
  } finally {
    await simulator.stop()
  }
}

if (missing === undefined) {
  for (const product of ['pbs', 'pmg']) {
    const simulator = await startSimulator(['--product', product, '--speed', String(speed)])
    const service = product.toUpperCase()
    try {
      const results = await runPython('services.py', simulator, [service])
      add({ seed: 'lab', client: `proxmoxer 2.3.0, ${service}` }, results)
    } finally {
      await simulator.stop()
    }
  }
}

{
  const simulator = await startSimulator(['--speed', String(consoleSpeed)])
  try {
    add({ seed: 'lab', client: 'noVNC 1.7.0' }, await runNovnc(simulator))
  } finally {
    await simulator.stop()
  }
}

for (const { runtime, results } of await callFromRuntimes(() =>
  startSimulator(['--speed', String(consoleSpeed)]),
)) {
  add({ seed: 'lab', client: `@proxkit/client on ${runtime}` }, results)
}

for (const { version, results } of await compileTypedCalls()) {
  add({ seed: 'none', client: `TypeScript ${version}` }, results)
}
if (missing === undefined) {
  add({ seed: 'none', client: 'Pydantic 2, emitted modules' }, await importPydantic())
} else {
  const row = { seed: 'none', client: 'Pydantic 2, emitted modules' }
  rows.push({ ...row, result: `skipped: ${missing}`, failures: [] })
}

const width = Math.max(...rows.map(({ client }) => client.length))
console.log(`${'seed'.padEnd(8)}${'client'.padEnd(width + 2)}checks`)
for (const { seed, client, result, failures } of rows) {
  console.log(`${seed.padEnd(8)}${client.padEnd(width + 2)}${result}`)
  for (const { name, detail } of failures) console.log(`        FAILED ${name}: ${detail}`)
}
process.exitCode = rows.some(({ failures }) => failures.length > 0) ? 1 : 0

function add(row, results) {
  const failures = results.filter(({ passed }) => !passed)
  const passed = results.length - failures.length
  rows.push({ ...row, result: `${passed} of ${results.length} passed`, failures })
}
