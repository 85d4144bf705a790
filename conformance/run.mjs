import { createClient } from '@proxkit/client'
import { createSimulator, realClock } from '@proxkit/simulator'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startSimulator } from '../scripts/dist/simulator-process.js'
import { missingFenceAgent, runFencePve } from './fence-pve.mjs'
import { missingFog, runFog } from './fog.mjs'
import { startGateway } from './gateway.mjs'
import { guestLife } from './guest-life.mjs'
import { preparePython, runPython } from './python.mjs'
import { importPydantic } from './pydantic.mjs'
import { runNovnc } from './novnc.mjs'
import { missingPacker, runPacker } from './packer.mjs'
import { Report } from './report.mjs'
import { callFromRuntimes } from './runtimes.mjs'
import { missingProvider, runProvider } from './terraform.mjs'
import { compileTypedCalls } from './typescript.mjs'

const seeds = ['lab', 'single']
/** Nobody needs to see a disk being made at its real pace. */
const speed = 20
// Consoles wait ten seconds for who connects, by the clock of the cluster.
const consoleSpeed = 2
const report = new Report()

const missing = await preparePython()
for (const seed of seeds) {
  const simulator = await startSimulator(['--seed', seed, '--speed', String(speed)])
  try {
    if (missing === undefined) {
      report.add({ seed, client: 'proxmoxer 2.3.0' }, await runPython('guest-life.py', simulator))
      const gateway = await startGateway(simulator)
      const row = { seed, client: 'proxmoxer 2.3.0, through the gateway' }
      report.add(row, await runPython('guest-life.py', gateway))
      await gateway.stop()
    } else {
      report.skip({ seed, client: 'proxmoxer 2.3.0' }, missing)
    }
    const { url, fingerprint, user: username, password } = simulator
    const connect = (auth) => createClient({ url, auth, tls: { fingerprint } })
    const byPassword = connect({ username, password })
    report.add({ seed, client: '@proxkit/client, password' }, await guestLife(byPassword))
    const token = byPassword.access.users(username).token('conformance')
    const { 'full-tokenid': id, value } = await token.post({ privsep: false })
    const byToken = connect({ token: `${id}=${value}` })
    report.add({ seed, client: '@proxkit/client, token' }, await guestLife(byToken))
    await Promise.all([byPassword.close(), byToken.close()])
  } finally {
    const code = await simulator.stop()
    report.add({ seed, client: 'proxkit simulate' }, [
      { name: 'ends with code 0', passed: code === 0, detail: `found ${code}` },
    ])
  }
  const inProcess = createSimulator({ seed, clock: realClock({ speed }) })
  const client = createClient({ transport: inProcess.transport() })
  report.add({ seed, client: '@proxkit/client, in process' }, await guestLife(client))
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
      report.add(row, await runPython('second-factor.py', { ...simulator, user, ...login }))
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
      report.add({ seed: 'own', client }, await runPython('logins.py', simulator, args))
    } finally {
      await simulator.stop()
    }
  }
}

if (missing === undefined) {
  for (const topic of ['machines', 'containers', 'storages', 'backups']) {
    const simulator = await startSimulator(['--speed', String(speed)])
    try {
      const results = await runPython(`${topic}.py`, simulator)
      report.add({ seed: 'lab', client: `proxmoxer 2.3.0, ${topic}` }, results)
    } finally {
      await simulator.stop()
    }
  }
}

if (missing === undefined) {
  const simulator = await startSimulator(['--speed', String(speed)])
  try {
    const row = { seed: 'lab', client: 'proxmoxer 2.3.0, faults' }
    report.add(row, await runPython('faults.py', simulator))
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
      report.add({ seed: 'lab', client: `proxmoxer 2.3.0, ${service}` }, results)
    } finally {
      await simulator.stop()
    }
  }
}

{
  const simulator = await startSimulator(['--speed', String(consoleSpeed)])
  try {
    report.add({ seed: 'lab', client: 'noVNC 1.7.0' }, await runNovnc(simulator))
  } finally {
    await simulator.stop()
  }
}

for (const { runtime, results } of await callFromRuntimes(() =>
  startSimulator(['--speed', String(consoleSpeed)]),
)) {
  report.add({ seed: 'lab', client: `@proxkit/client on ${runtime}` }, results)
}

for (const { version, results } of await compileTypedCalls()) {
  report.add({ seed: 'none', client: `TypeScript ${version}` }, results)
}
if (missing === undefined) {
  report.add({ seed: 'none', client: 'Pydantic 2, emitted modules' }, await importPydantic())
} else {
  const row = { seed: 'none', client: 'Pydantic 2, emitted modules' }
  report.skip(row, missing)
}

for (const { client, missing: miss, run } of [
  { client: 'fence_pve 4.12', missing: missingFenceAgent, run: runFencePve },
  { client: 'packer 1.6.6', missing: missingPacker, run: runPacker },
]) {
  const row = { seed: 'lab', client }
  const reason = await miss()
  if (reason !== undefined) {
    report.skip(row, reason)
    continue
  }
  const simulator = await startSimulator(['--speed', String(speed)])
  const { url, fingerprint, user: username, password } = simulator
  const connect = () => createClient({ url, auth: { username, password }, tls: { fingerprint } })
  try {
    report.add(row, await run({ ...simulator, connect }))
  } finally {
    await simulator.stop()
  }
}

{
  const row = { seed: 'own', client: 'fog-proxmox', isListed: true }
  const reason = await missingFog()
  if (reason === undefined) report.add(row, await runFog())
  else report.skip(row, reason)
}

{
  const row = { seed: 'own', client: 'bpg/proxmox for Terraform', isListed: true }
  const reason = await missingProvider()
  if (reason !== undefined) report.skip(row, reason)
  else {
    for (const { tier, results } of await runProvider()) {
      report.add({ ...row, client: `${row.client}, tier ${tier}` }, results)
    }
  }
}

report.print()
report.write()
process.exitCode = report.hasFailures ? 1 : 0
