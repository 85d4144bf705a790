import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { certificateOf } from '../../../scripts/src/certificate-of.js'
import { startSimulator } from '../../../scripts/src/simulator-process.js'
import { bin, proxkit } from './run-command.js'

/** A `proxkit gateway` on a free port, once it has told its URL. */
async function startGateway(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const child = spawn(process.execPath, [bin, 'gateway', '--port', '0', ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface(child.stdout)) {
    const [, url] = /^ {2}URL +(\S+)$/.exec(line) ?? []
    if (url !== undefined) return { url, child }
  }
  throw new Error('proxkit gateway ended before it listened')
}

async function stop(child: ChildProcess): Promise<number | null> {
  const exited = once(child, 'exit')
  child.kill('SIGINT')
  await exited
  return child.exitCode
}

const json = async (url: string, headers: Record<string, string> = {}): Promise<unknown> =>
  (await fetch(url, { headers })).json()

describe('proxkit gateway', () => {
  it('stands before the server that the settings name: a flag, then the environment, then the file', async () => {
    const simulator = await startSimulator(['--no-docs'])
    const directory = await mkdtemp(join(tmpdir(), 'proxkit-'))
    const file = join(directory, 'settings.yaml')
    await writeFile(file, 'host: nowhere.invalid\nlog-level: silent\ninsecure: true\n')
    const { url, child } = await startGateway(['--fingerprint', simulator.fingerprint ?? ''], {
      PROXKIT_CONFIG: file,
      PROXKIT_HOST: simulator.url,
      PROXKIT_INSECURE: 'no',
    })
    expect(await json(`${url}/ready`)).toEqual({ status: 'ready' })
    expect(await json(`${url}/mode`)).toMatchObject({ mode: 'real', verifiesTls: true })
    const headers = { authorization: `PVEAPIToken=${simulator.token}` }
    expect(await json(`${url}/nodes/pve1/qemu?name=web-1&fields=vmid`, headers)).toEqual([
      { vmid: 100 },
    ])
    expect(await stop(child)).toBe(0)
    await simulator.stop()
    await rm(directory, { recursive: true })
  })

  it('holds callers against the access file, and writes down what they change', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'proxkit-'))
    const access = join(directory, 'access.yaml')
    const audit = join(directory, 'audit.jsonl')
    const hash = createHash('sha256').update('a-key-of-the-test').digest('hex')
    await writeFile(
      access,
      `policies: { watch: { read-only: true } }\ncallers: [{ name: ci, key: 'sha256:${hash}', policy: watch }]\n`,
    )
    const own = ['--mode', 'simulate', '--user', 'root@pam', '--password', 'proxkit']
    const guard = ['--access', access, '--audit', audit, '--log-level', 'silent']
    const { url, child } = await startGateway([...own, ...guard])
    const headers = { authorization: 'Bearer a-key-of-the-test' }
    expect(await json(`${url}/nodes?fields=node&limit=1`, headers)).toEqual([{ node: 'pve1' }])
    const write = await fetch(`${url}/pools?poolid=a`, { method: 'POST', headers })
    expect([write.status, await write.json()]).toMatchObject([403, { rule: 'watch.read-only' }])
    expect(await stop(child)).toBe(0)
    expect(JSON.parse(await readFile(audit, 'utf8'))).toMatchObject({
      caller: 'ci',
      verb: 'POST',
      path: '/pools',
      parameters: { poolid: 'a' },
      outcome: 'refused',
      status: 403,
    })
    expect((await stat(audit)).mode & 0o777).toBe(0o600)
    await rm(directory, { recursive: true })
  })

  it('generates definitions of the servers that the settings name, for who has the key', async () => {
    const simulator = await startSimulator(['--no-docs'])
    const { host } = new URL(simulator.url)
    const directory = await mkdtemp(join(tmpdir(), 'proxkit-'))
    const audit = join(directory, 'audit.jsonl')
    const ca = join(directory, 'ca.pem')
    await writeFile(ca, await certificateOf(simulator.url))
    const sources = ['--codegen-sources', `pve.example.com, ${host}`]
    const trust = ['--codegen-networks', '10.0.0.0/8,127.0.0.0/8', '--codegen-ca', ca]
    const { url, child } = await startGateway(
      ['--mode', 'simulate', '--log-level', 'silent', '--audit', audit, ...sources, ...trust],
      {
        PROXKIT_CACHE: directory,
        PROXKIT_CODEGEN_KEY: 'a-key-of-the-test',
        PROXKIT_CODEGEN_READ_LIMIT: '1',
      },
    )
    const headers = { authorization: 'Bearer a-key-of-the-test' }
    const generate = (): Promise<Response> =>
      fetch(`${url}/codegen/generate?source_url=${simulator.url}&version_tag=9.3.1`, {
        method: 'POST',
        headers,
      })
    const read = async (): Promise<number> =>
      (await fetch(`${url}/codegen/zod?product=pmg`, { headers })).status
    expect((await generate()).status).toBe(201)
    expect(await json(`${url}/versions/latest`)).toMatchObject({ version: '9.3.1', served: false })
    expect((await generate()).status).toBe(429)
    expect([await read(), await read()]).toEqual([200, 429])
    expect(await stop(child)).toBe(0)
    const [first] = (await readFile(audit, 'utf8')).split('\n')
    expect(JSON.parse(first ?? '')).toMatchObject({ path: '/codegen/generate', status: 201 })
    const { stdout } = await proxkit(['schema', 'list'], { PROXKIT_CACHE: directory })
    expect(stdout).toMatch('pve-9.3.1')
    await simulator.stop()
    await rm(directory, { recursive: true })
  })

  it('simulates what is behind it when asked to', async () => {
    const { url, child } = await startGateway(['--log-level', 'silent'], {
      PROXKIT_MODE: 'simulate',
    })
    expect(await json(`${url}/mode`)).toMatchObject({ mode: 'simulate', version: '9.2' })
    expect(await json(`${url}/ready`)).toEqual({ status: 'ready' })
    expect(await stop(child)).toBe(0)
  })

  it('simulates the cluster that it is told, and logs in there with a second factor', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'proxkit-'))
    const [seed, overrides, access] = ['seed.yaml', 'overrides.yaml', 'access.yaml'].map((name) =>
      join(directory, name),
    )
    const key = createHash('sha256').update('a-key-of-the-test').digest('hex')
    await writeFile(
      seed ?? '',
      'nodes: { alone: {} }\nusers: { joe@pve: { password: joes-password, recovery: [0001-0203-0405-0607] } }\n',
    )
    await writeFile(overrides ?? '', '/nodes/alone/qemu: [{ vmid: 4711, status: running }]\n')
    await writeFile(
      access ?? '',
      `policies: { all: {} }\ncallers: [{ name: ci, key: 'sha256:${key}', policy: all }]\n`,
    )
    const settings = join(directory, 'settings.yaml')
    await writeFile(
      settings,
      JSON.stringify({
        mode: 'simulate',
        'log-level': 'silent',
        seed,
        overrides,
        access,
        user: 'joe@pve',
        password: 'joes-password',
        otp: '0001-0203-0405-0607',
        'otp-type': 'recovery',
      }),
    )
    const { url, child } = await startGateway(['--config', settings])
    const headers = { authorization: 'Bearer a-key-of-the-test' }
    expect(await json(`${url}/nodes/alone/qemu`, headers)).toEqual([
      { vmid: 4711, status: 'running' },
    ])
    expect(await stop(child)).toBe(0)
    await rm(directory, { recursive: true })
  })

  it('tells of settings that do not count in its mode', async () => {
    const real = await proxkit(['gateway', '--seed', 'single'], { PROXKIT_OVERRIDES: 'a.yaml' })
    expect(real.stderr).toMatch(
      /^proxkit: seed counts in mode simulate only\nproxkit: overrides counts in mode simulate only\n/,
    )
    const simulated = await proxkit(['gateway', '--mode', 'simulate', '--seed', 'nope.yaml'], {
      PROXKIT_HOST: 'pve',
    })
    expect(simulated.stderr).toMatch(/^proxkit: host counts in mode real only\n/)
  })

  it.each([
    [[], {}, 'which server? Give --host, or set PROXKIT_HOST; --mode simulate needs none'],
    [
      ['--host', 'pve', '--listen', '0.0.0.0'],
      {},
      'cannot listen on 0.0.0.0 without TLS: tickets and tokens would be seen; give --tls-cert and --tls-key, or --without-tls where a proxy in front has it',
    ],
    [
      ['--host', 'pve', '--ca', 'a', '--insecure'],
      {},
      'of --ca, --fingerprint and --insecure only one can be given',
    ],
    [
      ['--host', 'pve'],
      { PROXKIT_INSECURE: 'perhaps' },
      "'perhaps' is no value for PROXKIT_INSECURE. Give true or false.",
    ],
    [
      ['--host', 'pve', '--token', 'root@pam!a=b'],
      {},
      "the gateway has a login for cluster 'default', and nothing says who may act with it: give --access, or leave token, user and password away, so that callers bring their own",
    ],
    [
      ['--host', 'pve', '--codegen-networks', '10.0.0.1'],
      {},
      "option '--codegen-networks <networks>' argument '10.0.0.1' is invalid. Give networks with commas, such as 10.1.0.0/16.",
    ],
    [
      ['--host', 'pve'],
      { PROXKIT_CODEGEN_SOURCES: 'https://pve' },
      "option '--codegen-sources <hosts>' value 'https://pve' from env 'PROXKIT_CODEGEN_SOURCES' is invalid. Give hosts with commas, such as pve.example.com:8006.",
    ],
    [['--host', 'pve', '--codegen-ca', 'nope.pem'], {}, 'cannot read nope.pem: ENOENT'],
    [['--config', 'nope.yaml'], {}, 'cannot read the settings in nope.yaml: ENOENT'],
  ])('%j with %j is refused', async (args, env, message) => {
    const { code, stderr } = await proxkit(['gateway', ...args], env)
    expect([code, stderr]).toEqual([2, `proxkit: ${message}\n`])
  })

  it('tells of a name in the environment that nothing reads', async () => {
    const { stderr } = await proxkit(['gateway'], { PROXKIT_HOTS: 'pve' })
    expect(stderr).toMatch('proxkit: nothing reads PROXKIT_HOTS; is it PROXKIT_HOST?\n')
  })
})

describe('proxkit simulate', () => {
  it('opens the documentation beside the cluster, and does without where the port is taken', async () => {
    const simulator = await startSimulator()
    expect(simulator.docs).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/docs$/)
    const page = await fetch(simulator.docs)
    expect(await page.text()).toMatch('swagger-ui-bundle.js')
    await simulator.stop()

    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const address = taken.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const { code, stderr } = await proxkit(['simulate', '--port', '0', '--docs-port', String(port)])
    expect([code, stderr]).toEqual([
      2,
      `proxkit: cannot listen on 127.0.0.1 port ${port}: the port is in use; choose another one with --docs-port, or any free one with --docs-port 0\n`,
    ])
    taken.close()
  })
})
