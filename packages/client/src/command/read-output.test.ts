import { describe, expect, it } from 'vitest'
import { proxmoxerVectors } from '../../test/proxmoxer-vectors.js'
import { readOutput } from './read-output.js'

const upid = 'UPID:pve1:0001E240:00A2F3E1:5F8B2D3C:qmstart:100:root@pam!tok:'
const output = (stdout: string, stderr = '', exitCode: number | undefined = 0) => ({
  stdout,
  stderr,
  exitCode,
})
const dataOf = (stdout: string, stderr?: string): unknown => readOutput(output(stdout, stderr)).data

describe('the result of a command that succeeded', () => {
  it.each([
    ['JSON', '[1]\n', [1]],
    ['a string', `"${upid}"\n`, upid],
    ['nothing', '', null],
    ['null', 'null\n', null],
    ['the log of a task before it', `generating cloud-init ISO\n[info] x\n{ y\n"${upid}"\n`, upid],
    ['a JSON document over many lines', 'note\n{\n   "a" : [\n      1\n   ]\n}\n', { a: [1] }],
    ['something printed after it', `{"a":1}\nbye\n`, { a: 1 }],
    ['a bare task', upid, upid],
    ['a bare task after a log', `starting\n${upid}`, upid],
    ['bare text', 'hello\n', 'hello'],
    ['a call that went on to another node', JSON.stringify(`starting VM 100"${upid}"`), upid],
    ['an empty list', '[]\n', []],
  ])('is read where stdout has %s', (_what, stdout, data) => {
    expect(readOutput(output(stdout))).toEqual({ status: 200, data, exitCode: 0 })
  })

  it('is not changed by noise on stderr', () => {
    expect(dataOf('[]', "Warning: Permanently added 'x' to the list of known hosts.\n")).toEqual([])
    expect(dataOf('', '200 OK\n')).toBeNull()
    expect(dataOf('{"a":1}', '404 Not Found\n')).toEqual({ a: 1 })
    expect(dataOf('', `chatter\n${upid}\n`)).toBe(upid)
  })

  it('is found in a long log', () => {
    const log = '[a line of a log that looks like the start of a list\n'.repeat(50_000)
    expect(dataOf(`${log}"${upid}"\n`)).toBe(upid)
    expect(dataOf(log)).toBe(log.trimEnd())
  })
})

describe('the failure of a command', () => {
  it('has the status, message and errors that stand in the text', () => {
    const stderr = `trying to acquire lock...
 OK
400 Parameter verification failed.
vmid: invalid format - value does not look like a valid VM ID

net0: invalid format - format error
net0.foo: property is not defined in schema
pvesh create <api_path> --vmid <integer> [OPTIONS] [FORMAT_OPTIONS]
`
    expect(readOutput(output('', stderr, 255))).toEqual({
      status: 400,
      data: null,
      message: 'Parameter verification failed.',
      errors: {
        vmid: 'invalid format - value does not look like a valid VM ID',
        net0: 'invalid format - format error\nnet0.foo: property is not defined in schema',
      },
      exitCode: 255,
    })
  })

  it.each([
    [`Configuration file 'nodes/pve1/qemu-server/9.conf' does not exist\n`, 2, 500],
    [`403 Permission check failed (/, Sys.Modify)\n`, 255, 403],
    [`no 'get' handler for '/nope'\n`, 255, 501],
    [`No 'create' handler defined for '/version'\n`, 1, 501],
    [`4040 Foo\n`, 1, 500],
    [`596 Connection refused\n`, 255, 596],
  ])('%j with code %d is status %d', (stderr, exitCode, status) => {
    const message = stderr.trim().replace(/^\d{3} /, '')
    expect(readOutput(output('', stderr, exitCode))).toEqual({
      status,
      data: null,
      message,
      exitCode,
    })
  })

  it('is told by its code where it says nothing', () => {
    expect(readOutput(output('', '', 7))).toMatchObject({
      status: 500,
      message: 'the command ended with code 7 and said nothing',
    })
  })

  it('may stand on stdout', () => {
    expect(readOutput(output('404 Not Found\n', '', 1))).toMatchObject({ status: 404 })
  })
})

describe('a command of which only the text is known', () => {
  const vectors = proxmoxerVectors('cli_response')?.filter((row) => row['from'] !== 'observed-bug')
  it.skipIf(!vectors).for(vectors ?? [])('is read as proxmoxer does: $case', (row) => {
    const { stdout, stderr, status, outcome } = row
    const response = readOutput({ stdout: stdout ?? '', stderr: stderr ?? '', exitCode: undefined })
    expect(response.status).toBe(status)
    // What is no JSON it wraps as an error; we give the text.
    const returns = outcome.returns?.errors ?? outcome.returns ?? null
    expect(response.data).toEqual(returns)
  })

  const noisy = proxmoxerVectors('cli_output_2_3_0')
  it.skipIf(!noisy).for(noisy ?? [])('is read after noise: $from', ({ stdout, expect: want }) => {
    expect(dataOf(stdout)).toEqual(want)
  })
})
