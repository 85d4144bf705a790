import { formatDefinition, loadDefinition, type Method } from '@proxkit/schema'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { bin, runNode } from './run-command.js'
import { startSimulator } from '../../../scripts/src/simulator-process.js'

const run = promisify(execFile)

/** The answers to the suggested commands, run in one shell as they were printed. */
async function answersOf(commands: readonly string[]): Promise<unknown[]> {
  const script = commands.map((command) => `${command}\necho`).join('\n')
  const { stdout } = await run('sh', ['-euc', script])
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

describe('proxkit simulate', () => {
  it('prints how to log in, and commands that work as they stand', async () => {
    const simulator = await startSimulator()
    const answers = await answersOf(simulator.commands)
    expect(await simulator.stop()).toBe(0)

    expect(simulator.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    expect(simulator.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
    expect(simulator).toMatchObject({ user: 'root@pam', password: 'proxkit' })
    expect(simulator.token).toMatch(/^root@pam!ci=/)
    expect(answers).toEqual([
      { data: expect.arrayContaining([expect.objectContaining({ node: 'pve1' })]) },
      { data: expect.arrayContaining([expect.objectContaining({ vmid: 100 })]) },
      { data: expect.stringMatching(/^UPID:pve1:.*:qmcreate:107:root@pam!ci:$/) },
    ])
  })

  it('suggests to log in where the cluster has no token', async () => {
    const simulator = await startSimulator(['--seed', 'single', '--root-password', "it's $1"])
    const answers = await answersOf(simulator.commands)
    await simulator.stop()

    expect(simulator).toMatchObject({ password: "it's $1", token: '' })
    expect(answers).toEqual([
      { data: expect.objectContaining({ username: 'root@pam' }) },
      { data: [expect.objectContaining({ node: 'pve' })] },
    ])
  })

  it.each([
    ['pbs', [{ node: 'localhost' }]],
    ['pmg', [{ node: 'pmg' }]],
    ['pdm', [{ node: 'localhost' }]],
  ])('is a server of %s when asked to, and suggests how to log in', async (product, nodes) => {
    const simulator = await startSimulator(['--product', product])
    const answers = await answersOf(simulator.commands)
    await simulator.stop()

    expect(answers).toEqual([
      { data: expect.objectContaining({ username: 'root@pam' }) },
      expect.objectContaining({ data: nodes }),
    ])
  })

  it('serves the API of a file, of a version that nobody has seen', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'proxkit-'))
    const file = join(directory, 'next.jsonl')
    const known = loadDefinition({ product: 'pve', version: '9.2' }).methods()
    const more: Method = {
      verb: 'GET',
      path: '/nodes/{node}/novelty',
      parameters: { properties: { node: { type: 'string' } } },
      returns: { type: 'object', properties: { shine: { type: 'integer', minimum: 7 } } },
      permissions: { user: 'all' },
    }
    await writeFile(file, formatDefinition({ product: 'pve', version: '11.0' }, [...known, more]))
    const simulator = await startSimulator(['--http', '--annotate', '--definition', file])
    const headers = { Authorization: `PVEAPIToken=${simulator.token}` }
    const answer = await fetch(`${simulator.url}/api2/json/nodes/pve1/novelty`, { headers })
    const version = await fetch(`${simulator.url}/api2/json/version`, { headers })
    await simulator.stop()
    await rm(directory, { recursive: true })

    expect(answer.headers.get('x-proxkit-level')).toBe('sampled')
    expect(await answer.json()).toEqual({ data: { shine: 7 } })
    expect(await version.json()).toMatchObject({ data: { release: '11.0' } })
  })

  it('speaks plain HTTP when asked to', async () => {
    const simulator = await startSimulator(['--http'])
    const answer = await fetch(`${simulator.url}/api2/json/version`, {
      headers: { Authorization: `PVEAPIToken=${simulator.token}` },
    })
    await simulator.stop()

    expect(simulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(simulator.fingerprint).toBeUndefined()
    expect(answer.status).toBe(200)
  })

  it('starts with the cluster of a file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'proxkit-'))
    const file = join(directory, 'cluster.json')
    const secret = '11111111-2222-4333-8444-555555555555'
    await writeFile(
      file,
      JSON.stringify({
        nodes: { alpha: {} },
        users: { 'root@pam': { password: 'own', tokens: { ci: { secret, privsep: false } } } },
      }),
    )
    const simulator = await startSimulator(['--seed', file])
    const [nodes] = await answersOf(simulator.commands)
    await simulator.stop()
    await rm(directory, { recursive: true })

    expect(simulator).toMatchObject({ password: 'own', token: `root@pam!ci=${secret}` })
    expect(nodes).toEqual({ data: [expect.objectContaining({ node: 'alpha' })] })
  })

  it('asks the directories and providers that a file tells of', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'proxkit-'))
    const file = join(directory, 'people.yaml')
    await writeFile(file, people)
    const simulator = await startSimulator(['--http', '--seed', file])
    const call = async (
      path: string,
      params: Record<string, string>,
      headers: Record<string, string> = {},
    ): Promise<Response> =>
      fetch(`${simulator.url}/api2/json/access/${path}`, {
        method: 'POST',
        headers,
        body: new URLSearchParams(params),
      })
    const logIn = async (name: string, password: string): Promise<number> =>
      (await call('ticket', { username: `${name}@corp`, password })).status
    expect(await logIn('ann', 'secret')).toBe(200)
    expect(await logIn('ann', 'wrong')).toBe(401)
    const token = { Authorization: `PVEAPIToken=${simulator.token}` }
    expect((await call('domains/corp/sync', { scope: 'users' }, token)).status).toBe(200)
    await expect.poll(() => logIn('bob', 'secret2'), { timeout: 30_000 }).toBe(200)
    const redirect = { realm: 'sso', 'redirect-url': 'https://localhost/' }
    const begun: unknown = await (await call('openid/auth-url', redirect)).json()
    const url = new URL(`${String(Object(begun).data)}&login_hint=eve`)
    const answer = await fetch(`${simulator.url}${url.pathname}${url.search}`, {
      redirect: 'manual',
    })
    const back = new URL(answer.headers.get('Location') ?? '')
    const login = await call('openid/login', {
      'redirect-url': 'https://localhost/',
      code: back.searchParams.get('code') ?? '',
      state: back.searchParams.get('state') ?? '',
    })
    expect(await login.json()).toMatchObject({ data: { username: 'eve@sso' } })
    await simulator.stop()
    await rm(directory, { recursive: true })
  })

  it('goes on with the cluster that a file keeps', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'proxkit-'))
    const state = join(directory, 'state.db')
    const first = await startSimulator(['--http', '--state', state])
    const call = (
      simulator: typeof first,
      path: string,
      init: RequestInit = {},
    ): Promise<Response> =>
      fetch(`${simulator.url}/api2/json${path}`, {
        ...init,
        headers: { Authorization: `PVEAPIToken=${first.token}` },
      })
    const body = new URLSearchParams({ poolid: 'kept' })
    expect((await call(first, '/pools', { method: 'POST', body })).status).toBe(200)
    expect(await first.stop('SIGKILL')).toBeNull()

    const second = await startSimulator(['--http', '--state', state])
    expect(await (await call(second, '/pools/kept')).json()).toEqual({
      data: { poolid: 'kept', members: [] },
    })
    expect(second).toMatchObject({ password: 'as it was' })
    const third = await runNode([bin, 'simulate', '--port', '0', '--state', state])
    expect(third).toMatchObject({ code: 2, stdout: '' })
    expect(third.stderr).toMatch(
      /^proxkit: \S+state\.db is in use: process \d+ since \S+ has it open\n$/,
    )
    expect(await second.stop()).toBe(0)
    await rm(directory, { recursive: true })
  })

  it('starts from a copy of /etc/pve, and writes one at the end', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'proxkit-'))
    const copy = join(directory, 'copy')
    const archive = join(directory, 'after.tar')
    await mkdir(join(copy, 'nodes', 'alpha', 'lxc'), { recursive: true })
    const guest = 'arch: amd64\nrootfs: local:200/vm-200-disk-0.raw,size=2G\n'
    await writeFile(join(copy, 'nodes', 'alpha', 'lxc', '200.conf'), guest)
    const first = await startSimulator(['--http', '--import', copy, '--export', archive])
    expect(first).toMatchObject({ password: 'proxkit' })
    expect(await first.stop()).toBe(0)

    const second = await startSimulator(['--http', '--import', archive])
    const headers = { 'x-proxkit-key': second.controlKey }
    const state = await (await fetch(`${second.url}/_proxkit/state`, { headers })).json()
    expect(Object(state).config).toEqual({ 'nodes/alpha/lxc/200.conf': guest })
    expect(await second.stop()).toBe(0)

    await writeFile(join(copy, 'storage.cfg'), 'dir: local\n\tpath /x\n\nnonsense\n')
    const refused = await runNode([bin, 'simulate', '--port', '0', '--import', copy])
    expect(refused).toEqual({
      code: 2,
      stdout: '',
      stderr: `proxkit: ${copy}: storage.cfg:4: "nonsense" is no line of such a file\n`,
    })
    const taken = await runNode([bin, 'simulate', '--port', '0', '--export', archive])
    expect(taken.stderr).toBe(
      `proxkit: ${archive} is there already: give a new file or directory, or an empty one\n`,
    )
    await rm(directory, { recursive: true })
  })

  it('lets go wrong what a file says, and opens the control to whoever has its key', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'proxkit-'))
    const faults = join(directory, 'faults.yaml')
    const overrides = join(directory, 'overrides.yaml')
    await writeFile(
      faults,
      '- operation: GET /nodes\n  effect: { status: 500, message: no luck }\n',
    )
    await writeFile(overrides, '/version: { release: my own }\n')
    const simulator = await startSimulator(['--http', '--faults', faults, '--overrides', overrides])
    const headers = { Authorization: `PVEAPIToken=${simulator.token}` }
    const nodes = await fetch(`${simulator.url}/api2/json/nodes`, { headers })
    const version = await fetch(`${simulator.url}/api2/json/version`, { headers })
    const control = await fetch(`${simulator.url}/_proxkit/faults`, {
      headers: { 'X-Proxkit-Key': simulator.controlKey },
    })
    await simulator.stop()
    await rm(directory, { recursive: true })

    expect(nodes.statusText).toBe('no luck')
    expect(await version.json()).toEqual({ data: { release: 'my own' } })
    expect(await control.json()).toMatchObject([{ id: '1', seen: 1, hits: 1 }])
  })

  it('has no control beyond the loopback address unless a key is given', async () => {
    const simulator = await startSimulator(['--http', '--host', '0.0.0.0'])
    await simulator.stop()
    expect(simulator.controlKey).toBe('')
    const open = await startSimulator(['--host', '0.0.0.0', '--control-key', 'my-own-key'])
    await open.stop()
    expect(open.controlKey).toBe('my-own-key')
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with code 0 at %s, open connections or not',
    async (signal) => {
      const simulator = await startSimulator(['--http'])
      await fetch(simulator.url)
      expect(await simulator.stop(signal)).toBe(0)
      await expect(fetch(simulator.url)).rejects.toThrow('fetch failed')
    },
  )
})

/** A cluster whose people are known to others. */
const people = `
nodes:
  pve1: {}
realms:
  corp: { type: ldap, server1: ldap.example.test, base_dn: 'dc=example,dc=test', user_attr: uid, bind_dn: cn=s, password: look }
  sso: { type: openid, issuer-url: 'https://id.example.test', client-id: pve, autocreate: 1, username-claim: username }
users:
  ann@corp: {}
  root@pam: { tokens: { ci: { secret: 11111111-2222-4333-8444-555555555555, privsep: false } } }
identityServers:
  ldap.example.test:
    bind: { dn: cn=s, password: look }
    users:
      ann: { password: secret }
      bob: { password: secret2 }
  https://id.example.test:
    users:
      eve: {}
`
