import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  smallApidoc,
  startApidocServer,
  type ApidocServer,
} from '../../schema/test/apidoc-server.js'
import { proxkit, type Finished } from './run-command.js'

let directory: string
let server: ApidocServer
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'proxkit-'))
  server = await startApidocServer({
    '/pve-docs/api-viewer/apidoc.js': smallApidoc,
    '/': '<script src="/pve2/js/pvemanagerlib.js?ver=9.2.7"></script>',
  })
  await writeFile(join(directory, 'ca.pem'), server.cert)
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

const schema = (...args: readonly string[]): Promise<Finished> =>
  proxkit(['schema', ...args], { PROXKIT_CACHE: directory })

const builtIn = `pve-9.2  built in
pve-9.1  built in
pve-8.4  built in
pve-7.4  built in
pbs-4.2  built in
pbs-3.4  built in
pmg-9.1  built in
pdm-1.1  built in
`

describe('proxkit schema show', () => {
  it('prints what can be called at a path, and what lies below', async () => {
    expect(await schema('show', '/nodes/pve1/qemu/100/status')).toEqual({
      code: 0,
      stderr: '',
      stdout: `GET /nodes/{node}/qemu/{vmid}/status
  Index of a VM's status commands

  Needs: any login
  Carried out on {node}

  Parameters
    node (required): string, format pve-node
        Name of the node
    vmid (required): integer, 100 to 999999999, format pve-vmid
        Identifier of the virtual machine

  Returns
    array of object
      subdir: string

Below
  /nodes/{node}/qemu/{vmid}/status/current
  /nodes/{node}/qemu/{vmid}/status/reboot
  /nodes/{node}/qemu/{vmid}/status/reset
  /nodes/{node}/qemu/{vmid}/status/resume
  /nodes/{node}/qemu/{vmid}/status/shutdown
  /nodes/{node}/qemu/{vmid}/status/start
  /nodes/{node}/qemu/{vmid}/status/stop
  /nodes/{node}/qemu/{vmid}/status/suspend
`,
    })
  })

  it('tells what property strings are made of, and families once', async () => {
    const { stdout } = await schema('show', '/nodes/{node}/qemu/{vmid}/config', 'put')
    expect(stdout).toMatch(/^PUT \/nodes\/\{node\}\/qemu\/\{vmid\}\/config\n/)
    expect(stdout).toContain('\n  Needs: VM.Config.Disk, VM.Config.CDROM, ')
    expect(stdout).toContain('\n    net[n] (n to 31): property string\n')
    expect(stdout).toContain('\n        model (required): string, one of e1000 ')
    expect(stdout).toContain('\n    bios: string, one of seabios ovmf, default seabios\n')
  })

  it('prints JSON', async () => {
    const { stdout } = await schema('show', '/version', '--version', '8.4', '--output', 'json')
    expect(JSON.parse(stdout)).toMatchObject({
      definition: { name: 'pve-8.4', product: 'pve', version: '8.4' },
      operations: [
        {
          verb: 'GET',
          path: '/version',
          permission: { text: 'any login', requirement: { needs: 'login' } },
          parameters: [],
          returns: { schema: { type: 'object', properties: { version: { type: 'string' } } } },
        },
      ],
      below: [],
    })
  })

  it.each<readonly [args: readonly string[], message: string]>([
    [['show', '/node'], 'pve-9.2 has no path /node; did you mean /nodes?'],
    [
      ['show', 'nodes/pve1/qmeu/100/config'],
      'pve-9.2 has no path /nodes/pve1/qmeu/100/config; did you mean /nodes/pve1/qemu/100/config?',
    ],
    [
      ['show', '/nodes/pve1/snapshot'],
      'pve-9.2 has no path /nodes/pve1/snapshot; proxkit schema show /nodes/pve1 lists what there is',
    ],
    [
      ['show', '/pools/a/b/c'],
      'pve-9.2 has no path /pools/a/b/c; proxkit schema show /pools/a lists what there is',
    ],
    [['show', '/version', 'POST'], 'pve-9.2 has no POST at /version: it takes GET'],
    [['show'], "missing required argument 'path'"],
    [['shwo', '/'], "unknown command 'shwo' (Did you mean show?)"],
    [
      ['show', '/', '--product', 'pbs', '--version', '9.2'],
      `there is no API definition '9.2' of pbs: give one of ${builtIn.replaceAll('  built in\n', ', ')}or a file, or get one with proxkit schema pull`,
    ],
    [['diff', 'pve-8.4', 'pbs-3.4'], 'pve-8.4 and pbs-3.4 are of different products'],
  ])('%j is wrong usage', async (args, message) => {
    expect(await schema(...args)).toEqual({ code: 2, stdout: '', stderr: `proxkit: ${message}\n` })
  })
})

describe('a definition that is damaged', () => {
  it('is refused with the place in the file', async () => {
    await writeFile(join(directory, 'own.jsonl'), `${ownHeader}\n["GET","/version",{"retur`)
    expect(await showFile('own.jsonl')).toEqual({
      code: 2,
      stdout: '',
      stderr: `proxkit: cannot read a definition from ${directory}/own.jsonl: the API definition is damaged: expected JSON, found ["GET","/version",{"retur (line 2)\n`,
    })
    await writeFile(join(directory, 'pve-9.2.js'), 'const apiSchema = [\n  {"path": }\n]')
    expect(await showFile('pve-9.2.js')).toEqual({
      code: 2,
      stdout: '',
      stderr: `proxkit: cannot read a definition from ${directory}/pve-9.2.js: the API tree is damaged: expected a value, found "}\\n]" (line 2, column 12)\n`,
    })
  })

  it('in the cache is to be pulled again, and others are listed all the same', async () => {
    const folder = join(directory, 'broken', 'definitions')
    await mkdir(folder, { recursive: true })
    const pulled = `${ownHeader.slice(0, -1)},"url":"https://pve1","pulledAt":"2026-01-01T00:00:00Z"}`
    await writeFile(join(folder, 'office.jsonl'), `${pulled}\n["GET","/version",{"retur`)
    await writeFile(join(folder, 'lab.jsonl'), 'damaged')
    const run = (...args: readonly string[]): Promise<Finished> =>
      proxkit(['schema', ...args], { PROXKIT_CACHE: join(directory, 'broken') })
    expect((await run('list')).stdout).toBe(
      `${builtIn}office   pve 9.9, pulled from https://pve1 on 2026-01-01\n`,
    )
    expect(await run('show', '/version', '--version', 'office')).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'proxkit: the API definition is damaged: expected JSON, found ["GET","/version",{"retur (line 2); pull it again\n',
    })
  })
})

const showFile = (file: string): Promise<Finished> =>
  schema('show', '/version', '--version', join(directory, file))

const ownHeader = '{"product":"pve","version":"9.9","schema":1}'

describe('proxkit schema diff', () => {
  const summary =
    'Proxmox VE 8.4 to 9.2: 71 operations added, 1 removed, 214 changed, of which 190 in facts; 99 of these can break a caller\n\nRemoved\n  GET /nodes/{node}/scan/glusterfs\n\nChanged\n'

  it('tells what was added, removed and changed', async () => {
    const { stdout } = await schema('diff', '8.4', '9.2')
    expect(stdout.startsWith(summary)).toBe(true)
    expect(stdout).toContain('\n\nAdded\n  POST /access/vncticket\n')
    expect(stdout).toContain("\n\nChanged in the vendor's words only\n")
  })

  it('tells only what can break a caller', async () => {
    const { stdout } = await schema('diff', '8.4', '9.2', '--breaking')
    expect(stdout.startsWith(summary)).toBe(true)
    const changes = stdout.slice(summary.length).trimEnd().split('\n')
    expect(changes.filter((line) => !line.startsWith('!'))).toEqual([])
    expect(changes.filter((line) => /^! [A-Z]/.test(line))).toHaveLength(99)
    expect(changes).toContain(
      '!     permissions: VM.Monitor on /vms/{vmid} → VM.GuestAgent.Audit or VM.GuestAgent.Unrestricted on /vms/{vmid}',
    )
  })

  it('prints JSON', async () => {
    const { stdout } = await schema('diff', '8.4', '9.2', '--output', 'json')
    const { added, removed, changed, reworded }: Record<string, unknown[]> = JSON.parse(stdout)
    expect([added, removed, changed, reworded].map((list) => list?.length)).toEqual([
      71, 1, 190, 24,
    ])
  })
})

describe('proxkit schema pull', () => {
  it('fetches a definition with which every command works, texts included', async () => {
    expect((await schema('list')).stdout).toBe(builtIn)
    const pulled = await schema('pull', server.url, '--fingerprint', server.fingerprint)
    expect(pulled).toEqual({
      code: 0,
      stdout: `pve-9.2.7: pve 9.2.7 from ${server.url}/pve-docs/api-viewer/apidoc.js\nShow it with: proxkit schema show --version pve-9.2.7 /\n`,
      stderr: '',
    })
    expect((await schema('list')).stdout).toMatch(
      /built in\npve-9\.2\.7\s+pve 9\.2\.7, pulled from https:\S+ on \d{4}-\d\d-\d\d\n$/,
    )
    expect((await schema('show', '/nodes/{node}/qemu', '--version', '9.2.7')).stdout)
      .toBe(`POST /nodes/{node}/qemu
  Create a virtual machine, or restore one from a backup
  Makes a machine.

  Needs: VM.Allocate on /vms/{vmid}

  Parameters
    node (required): string, format pve-node
        Where.
    vmid (required): integer, at least 100
        Its number.
    net[n] (n to 31): property string
        A card.
        model (required): string
            Which card.
        bridge: string
            Bridge on the node that the device is connected to
    target: string | integer
        A number.

  Returns
    UPID of a task
`)
    const generate = ['generate', 'typescript', '--version', 'pve-9.2.7']
    expect((await proxkit(generate, { PROXKIT_CACHE: directory })).stdout).toContain(
      '// The API of Proxmox VE 9.2.7, generated',
    )
  })

  it('trusts a certificate of a file, or any when told to', async () => {
    const ca = join(directory, 'ca.pem')
    expect(await schema('pull', server.url, '--ca', ca, '--name', 'office')).toMatchObject({
      code: 0,
    })
    expect(await schema('pull', server.url, '--insecure', '--name', 'lab')).toMatchObject({
      code: 0,
    })
    const names = JSON.parse((await schema('list', '--output', 'json')).stdout)
    expect(names).toContainEqual(expect.objectContaining({ name: 'office', version: '9.2.7' }))
    expect(names).toContainEqual(expect.objectContaining({ name: 'lab', version: '9.2.7' }))
  })

  it('ends with code 1 where the server is not to be trusted', async () => {
    expect(await schema('pull', server.url)).toEqual({
      code: 1,
      stdout: '',
      stderr: `proxkit: cannot fetch ${server.url}/pve-docs/api-viewer/apidoc.js: self-signed certificate; give the server's --fingerprint, its --ca, or --insecure\n`,
    })
  })

  it.each<readonly [args: readonly string[], message: string]>([
    [['https://'], "'https://' is not a server: give a URL such as https://pve1:8006"],
    [
      ['pve1', '--fingerprint', 'AA'],
      "'AA' is not a SHA-256 fingerprint: 32 bytes in hexadecimal, such as AA:BB:…",
    ],
    [['pve1', '--ca', '/no.pem'], 'cannot read the certificate /no.pem: ENOENT'],
    [
      ['pve1', '--ca', 'a', '--insecure'],
      "option '--ca <file>' cannot be used with option '--insecure'",
    ],
  ])('%j is wrong usage', async (args, message) => {
    expect(await schema('pull', ...args)).toEqual({
      code: 2,
      stdout: '',
      stderr: `proxkit: ${message}\n`,
    })
  })
})
