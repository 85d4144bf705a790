import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator, type SimulatorProcess } from '../../../scripts/src/simulator-process.js'
import { loadedFiles } from './loaded-files.js'
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
    const { code, ours, libraries } = await loadedFiles(['get', '/version'], env)
    expect(code).toBe(0)
    expect(ours).toContain('cli/bundle/call.js')
    expect(ours).toContain('client/bundle/index.js')
    expect(libraries).toEqual(['commander', 'proxy-from-env'])
    const apart =
      /^simulator\/|^schema\/bundle\/(?:emit|diff|cache)\/|\/(?:pvesh|simulate|generate|list|show|diff|pull)\.js$/
    expect(ours.filter((file) => apart.test(file))).toEqual([])
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

it('a path that climbs is a wrong use of the command', async () => {
  expect(await call('get', '/nodes/../access/users')).toEqual({
    code: 2,
    stdout: '',
    stderr: "proxkit: '..' cannot be part of a path: '.' and '..' in it would lead elsewhere\n",
  })
})
