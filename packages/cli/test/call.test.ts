import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator, type SimulatorProcess } from '../../../scripts/src/simulator-process.js'
import { proxkit, type Finished } from './run-command.js'

let simulator: SimulatorProcess
let env: Record<string, string>

beforeAll(async () => {
  simulator = await startSimulator(['--speed', '50'])
  env = {
    PROXKIT_HOST: simulator.url,
    PROXKIT_TOKEN: simulator.token,
    PROXKIT_FINGERPRINT: simulator.fingerprint ?? '',
  }
})
afterAll(async () => {
  await simulator.stop()
})

function call(...args: readonly string[]): Promise<Finished> {
  return proxkit(args, env)
}

describe('a call of the API', () => {
  it('prints what is answered as JSON', async () => {
    const { code, stdout, stderr } = await call('get', '/nodes/pve1/qemu/100/config')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ name: 'web-1', cores: 2 })
  })

  it('prints text as it is, and nothing where there is no answer', async () => {
    expect(await call('get', '/cluster/nextid')).toEqual({ code: 0, stdout: '107\n', stderr: '' })
    expect(await call('set', '/nodes/pve1/qemu/106/config', '--description', 'spare')).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
  })

  it('waits for its task and shows the log when asked to', async () => {
    const created = await call('create', '--wait', '/nodes/pve1/qemu', '--vmid=500', '--name', 'a')
    expect(created).toMatchObject({ code: 0, stderr: '' })
    expect(created.stdout).toMatch(/TASK OK\n$/)

    const deleted = await call('delete', '/nodes/pve1/qemu/500', '--purge', '1')
    expect(deleted.stdout).toMatch(/^UPID:pve1:.*:qmdestroy:500:root@pam!ci:\n$/)
  })

  it('loads nothing that it does not need', async () => {
    const coverage = await mkdtemp(join(tmpdir(), 'proxkit-'))
    const { code } = await proxkit(['get', '/version'], { ...env, NODE_V8_COVERAGE: coverage })
    const reports = await readdir(coverage)
    const texts = await Promise.all(reports.map((name) => readFile(join(coverage, name), 'utf8')))
    await rm(coverage, { recursive: true })
    expect(code).toBe(0)
    const loaded = texts.join('').matchAll(/packages\/(\w+\/bundle\/[\w./-]+)\.js"/g)
    const files = new Set(Array.from(loaded, ([, file = '']) => file))
    expect(files).toContain('cli/bundle/call')
    expect(files).toContain('client/bundle/index')
    const apart =
      /^simulator\/|^schema\/bundle\/(?:emit|diff|cache)\/|\/(?:pvesh|simulate|generate|list|show|diff|pull)$/
    expect([...files].filter((file) => apart.test(file))).toEqual([])
    // A chunk for every module would make the command slow to start.
    expect(files.size).toBeLessThan(20)
  })

  it('takes parameters that are named like options of the command', async () => {
    const user = ['--userid', 'eve@pve', '--password', 'tea-for-two']
    expect(await call('create', '/access/users', ...user)).toMatchObject({ code: 0, stderr: '' })
    const login = ['--user', 'eve@pve', '--password', 'tea-for-two']
    const { PROXKIT_TOKEN: _token, ...withoutToken } = env
    const answer = await proxkit(['get', ...login, '/access/permissions'], withoutToken)
    expect(answer).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('a call that fails ends with code 1 and says why', () => {
  it('a refused parameter', async () => {
    expect(await call('create', '/nodes/pve1/qemu', '--vmid', '5')).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'proxkit: 400 Parameter verification failed.\n  vmid: invalid format - value does not look like a valid VM ID\n',
    })
  })

  it('a task that fails', async () => {
    expect(await call('create', '--wait', '/nodes/pve1/qemu/100/status/start')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^proxkit: task UPID:\S+ failed: VM 100 already running\n$/),
    })
  })

  it('a certificate that nobody vouches for', async () => {
    const { PROXKIT_FINGERPRINT: _fingerprint, ...unpinned } = env
    expect(await proxkit(['get', '/version'], unpinned)).toEqual({
      code: 1,
      stdout: '',
      stderr: `proxkit: cannot trust the certificate of ${simulator.url}; give its --fingerprint, or --insecure\n`,
    })
    expect(await proxkit(['get', '--insecure', '/version'], unpinned)).toMatchObject({ code: 0 })
  })
})
