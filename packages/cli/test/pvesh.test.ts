import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator, type SimulatorProcess } from '../../../scripts/src/simulator-process.js'
import { proxkit, type Finished } from './run-command.js'

let simulator: SimulatorProcess
beforeAll(async () => {
  simulator = await startSimulator(['--speed', '50'])
})
afterAll(async () => {
  await simulator.stop()
})

const pvesh = (...words: readonly string[]): Promise<Finished> =>
  proxkit(['pvesh', ...words], {
    PROXKIT_HOST: simulator.url,
    PROXKIT_TOKEN: simulator.token,
    PROXKIT_FINGERPRINT: simulator.fingerprint ?? '',
    LC_ALL: 'C',
  })

describe('proxkit pvesh', () => {
  it('prints text for people, or JSON', async () => {
    expect(await pvesh('get', '/cluster/nextid')).toEqual({ code: 0, stdout: '107\n', stderr: '' })
    const { stdout } = await pvesh('get', '/version', '--output-format', 'json')
    expect(stdout).toMatch(/^\{"release":"9\.2","repoid":"\w+","version":"9\.2\.\d+"\}\n$/)
  })

  it('lists what lies below a path', async () => {
    expect((await pvesh('ls', '/')).stdout).toBe(
      'Dr--- access\nDr--- cluster\nDr--- nodes\nDrwcd pools\nDr-c- storage\n-r--- version\n',
    )
  })

  it('does the work of a task in the foreground', async () => {
    const stopped = await pvesh('create', '/nodes/pve1/qemu/100/status/stop')
    expect(stopped).toMatchObject({ code: 0, stderr: '' })
    expect(stopped.stdout).toMatch(/^UPID:pve1:.*:qmstop:100:root@pam!ci:\n$/)
    const started = await pvesh(
      'create',
      '/nodes/pve1/qemu/101/status/start',
      '--output-format=json',
    )
    expect(started.stderr).toBe('VM 101 already running\n')
    expect(started.stdout).toMatch(/"UPID:pve1:.*:qmstart:101:root@pam!ci:"\n$/)
  })

  it.each([
    [
      ['create', '/nodes/pve1/qemu', '--vmid', '5'],
      255,
      '400 Parameter verification failed.\nvmid: invalid format - value does not look like a valid VM ID\n\n' +
        'pvesh create <api_path> --vmid <integer> [OPTIONS] [FORMAT_OPTIONS]\n',
    ],
    [['get', '/nope'], 1, "No 'get' handler defined for '/nope'\n"],
    [
      ['get', '/nodes/pve1/qemu/999/config'],
      255,
      "Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist\n",
    ],
    [['get', '/nodes/nope/version'], 255, /^hostname lookup 'nope' failed/],
  ])('%j ends with code %d and says why', async (words, code, stderr) => {
    const failed = await pvesh(...words)
    expect(failed).toMatchObject({ code, stdout: '' })
    if (typeof stderr === 'string') expect(failed.stderr).toBe(stderr)
    else expect(failed.stderr).toMatch(stderr)
  })

  it('tells how a path is used', async () => {
    expect((await pvesh('usage', '/nodes/pve1/qemu', '--command', 'create')).stdout).toBe(
      'USAGE: pvesh create /nodes/pve1/qemu --vmid <integer> [OPTIONS]\n',
    )
  })
})
