import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bin, proxkit, runNode } from './run-command.js'
import { loadedFiles } from './loaded-files.js'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'proxkit-'))
})
afterAll(() => rm(directory, { recursive: true }))

describe('proxkit', () => {
  it('prints the version of the package', async () => {
    const manifest: { version: string } = JSON.parse(
      await readFile(new URL('../package.json', import.meta.url), 'utf8'),
    )
    expect(await proxkit(['--version'])).toEqual({
      code: 0,
      stdout: `${manifest.version}\n`,
      stderr: '',
    })
  })

  it('prints its help', async () => {
    const { code, stdout, stderr } = await proxkit(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('Usage: proxkit [options] [command]')
    expect(stdout).toContain('simulate [options]')
  })

  it('prints its help as an error when it is told nothing', async () => {
    const { code, stdout, stderr } = await proxkit([])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('Usage: proxkit [options] [command]')
  })

  it('says that it was not built', async () => {
    await mkdir(join(directory, 'bin'))
    await writeFile(join(directory, 'package.json'), '{ "type": "module" }')
    await copyFile(bin, join(directory, 'bin/proxkit.js'))
    expect(await runNode([join(directory, 'bin/proxkit.js')])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'proxkit: this copy is not built yet: run `npm run build` in the repository first\n',
    })
  })
})

describe('wrong usage is one line on stderr and exit code 2', () => {
  const login = ['--host', 'pve1', '--token', 'root@pam!ci=x']
  it.each<readonly [args: readonly string[], message: string]>([
    [['simulat'], "unknown command 'simulat' (Did you mean simulate?)"],
    [['simulate', 'lab'], "too many arguments for 'simulate'. Expected 0 arguments but got 1."],
    [['simulate', '--prot', '1'], "unknown option '--prot' (Did you mean --port?)"],
    [['simulate', '--port'], "option '--port <number>' argument missing"],
    [
      ['simulate', '--port', '65536'],
      "option '--port <number>' argument '65536' is invalid. Give a number from 0 to 65535.",
    ],
    [
      ['simulate', '--speed', '-1'],
      "option '--speed <factor>' argument '-1' is invalid. Give a number from 0 up, such as 10.",
    ],
    [
      ['simulate', '--api-version', '6.4'],
      'there is no API definition of version 6.4; give 9.2, 9.1, 8.4, 7.4, one that was pulled, or a file with --definition',
    ],
    [
      ['simulate', '--definition', 'nowhere.js'],
      'there is no file nowhere.js; give an apidoc.js or a definition file',
    ],
    [
      ['simulate', '--root-password', ''],
      "option '--root-password <password>' argument '' is invalid. Give at least one character.",
    ],
    [
      ['simulate', '--host', '192.0.2.1'],
      'cannot listen on 192.0.2.1 port 8006: this machine does not have that address',
    ],
    [
      ['simulate', '--seed', 'no-such-file.yaml'],
      'cannot read the seed no-such-file.yaml: there is no such file; give lab, single, or a YAML or JSON file',
    ],
    [
      ['simulate', '--seed', '/'],
      'cannot read the seed /: it is a directory; give lab, single, or a YAML or JSON file',
    ],
    [['get', ...login], "missing required argument 'path'"],
    [['get', ...login, '/nodes', 'full'], "'full' is not a parameter; write them as --name value"],
    [['get', ...login, '/nodes', '--full'], 'the parameter --full has no value'],
    [['get', '/nodes'], 'which server? Give --host, or set PROXKIT_HOST'],
    [
      ['get', '--host', 'pve1', '/nodes'],
      'no login: give --token, or --user and --password, or set PROXKIT_TOKEN, or PROXKIT_USER and PROXKIT_PASSWORD',
    ],
    [
      ['get', '--host', 'pve1', '--token', 'secret', '/nodes'],
      'auth.token must have the form user@realm!id=secret',
    ],
  ])('%j', async (args, message) => {
    expect(await proxkit(args)).toEqual({ code: 2, stdout: '', stderr: `proxkit: ${message}\n` })
  })

  it.each([
    [
      'faults',
      '- effect: { latency: fast }',
      'faults[0].effect.latency: "fast" is not a time in milliseconds',
    ],
    ['faults', 'latency: 5', 'faults: {"latency":5} is not a list'],
    ['overrides', '/nodes/pve1/stat: 1', '"/nodes/pve1/stat": the API has no GET /nodes/pve1/stat'],
  ])('%s that make no sense: %s', async (option, text, message) => {
    const file = join(directory, `${option}.yaml`)
    await writeFile(file, text)
    const { code, stderr } = await proxkit(['simulate', `--${option}`, file])
    expect(code).toBe(2)
    expect(stderr).toContain(`proxkit: invalid ${option}: ${file}: ${message}`)
  })

  it('a seed that makes no sense', async () => {
    const file = join(directory, 'seed.yaml')
    await writeFile(file, 'nodes: { alpha: {} }\nguests: [{ vmid: 7, node: alpha, config: {} }]\n')
    expect(await proxkit(['simulate', '--seed', file])).toEqual({
      code: 2,
      stdout: '',
      stderr: `proxkit: invalid seed: ${file}: guests[0].vmid: 7 is not a VM id: use 100 to 999999999\n`,
    })
  })

  it('a port that is in use', async () => {
    await withPort(async (port) => {
      expect(await proxkit(['simulate', '--port', port])).toEqual({
        code: 2,
        stdout: '',
        stderr: `proxkit: cannot listen on 127.0.0.1 port ${port}: the port is in use; choose another one with --port, or any free one with --port 0\n`,
      })
    })
  })
})

// What makes it start fast: hundreds of modules would take most of its time.
it('a cluster is ready with a few files', async () => {
  await withPort(async (port) => {
    const { code, ours, libraries } = await loadedFiles(['simulate', '--port', port])
    expect(code).toBe(2)
    expect(ours).toContain('simulator/bundle/create-simulator.js')
    expect(ours).toContain('simulator/bundle/self-signed.js')
    expect(ours.length).toBeLessThan(25)
    expect(libraries).toEqual([
      '@oslojs/asn1',
      '@oslojs/binary',
      'commander',
      'otpauth',
      'unixcrypt',
    ])
  })
})

/** Gives a port that is taken. */
async function withPort(use: (port: string) => Promise<void>): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await use(typeof address === 'object' && address ? String(address.port) : '')
  server.close()
}
