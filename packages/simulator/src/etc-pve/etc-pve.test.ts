import { mkdtempSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { callAs } from '../../test/api-caller.js'
import { officeFiles } from '../../test/office-etc-pve.js'
import { createSimulator, type Simulator } from '../create-simulator.js'
import { instantClock } from '../engine/clock.js'
import { openDatabase } from '../state/database.js'
import { readEtcPve } from './read-etc-pve.js'
import { writeEtcPve } from './write-etc-pve.js'

const folder = mkdtempSync(join(tmpdir(), 'proxkit-etc-pve-'))
let paths = 0

afterAll(() => rmSync(folder, { recursive: true }))

function newPath(end = ''): string {
  paths += 1
  return join(folder, `copy-${paths}${end}`)
}

/** A directory with these files. */
function directoryOf(files: Readonly<Record<string, string>>): string {
  const root = newPath()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

async function importOf(path: string): Promise<Simulator> {
  const { cluster } = await readEtcPve(path)
  return createSimulator({ seed: cluster, clock: instantClock({ start: Date.UTC(2026, 0, 15) }) })
}

/** What the cluster of a copy becomes when it is written and read again. */
async function again(path: string, end: string): Promise<Simulator> {
  await using simulator = await importOf(path)
  const copy = newPath(end)
  await writeEtcPve(copy, simulator.snapshot())
  return importOf(copy)
}

describe('a copy of /etc/pve', () => {
  it.each(['', '.tar', '.tar.gz', '.db'])(
    'is the same after it was imported, exported to a path that ends in "%s", and imported',
    async (end) => {
      const path = directoryOf(officeFiles)
      await using first = await importOf(path)
      await using second = await again(path, end)
      expect(second.snapshot().config).toEqual(officeFiles)
      const { passwords: _a, nodes: ours, ...was } = first.snapshot()
      const { passwords: _b, nodes: theirs, ...is } = second.snapshot()
      expect(is).toEqual(was)
      expect(theirs).toEqual(ours)
    },
  )

  it('makes machines of its nodes that can run its guests', async () => {
    const members = { nodename: 'alpha', nodelist: { beta: { online: 0, ip: '203.0.113.7' } } }
    await using simulator = await importOf(
      directoryOf({ ...officeFiles, '.members': JSON.stringify(members) }),
    )
    const { nodes } = simulator.snapshot()
    expect(Object.entries(nodes).map(([name, { ip, online }]) => [name, ip, online])).toEqual([
      ['alpha', '198.51.100.2', true],
      ['beta', '203.0.113.7', false],
    ])
    expect(nodes.alpha?.cpu).toMatchObject({ sockets: 1, cores: 16 })
    expect(nodes.alpha?.memory).toBe(64 * 2 ** 30)
    expect(nodes.beta?.memory).toBe(32 * 2 ** 30)
    expect(nodes.beta?.files['/etc/network/interfaces']).toContain('iface vmbr7 inet manual')
  })

  it('has the volumes that its guests name', async () => {
    await using simulator = await importOf(directoryOf(officeFiles))
    const root = callAs(simulator)
    const content = async (node: string, storage: string): Promise<unknown> => {
      const list = await root(`GET /nodes/${node}/storage/${storage}/content`)
      return Array.isArray(list) && list.map(({ volid, size }) => [volid, size])
    }
    const gib = 2 ** 30
    expect(await content('alpha', 'local-lvm')).toEqual([
      ['local-lvm:vm-100-disk-0', 20 * gib],
      ['local-lvm:vm-100-state-fresh', 8 * gib],
    ])
    expect(await content('beta', 'local')).toEqual([['local:iso/debian-13.iso', 700 * 2 ** 20]])
    expect(await content('beta', 'tank')).toEqual([
      ['tank:100/vm-100-disk-1.qcow2', 5 * gib],
      ['tank:101/vm-101-disk-0.raw', gib],
    ])
  })

  it('works: guests start, are backed up, rolled back and deleted', async () => {
    await using simulator = await importOf(directoryOf(officeFiles))
    const root = callAs(simulator)
    for (const call of [
      'POST /nodes/alpha/qemu/100/status/start',
      'POST /nodes/beta/lxc/200/status/start',
      'POST /nodes/alpha/qemu/100/snapshot',
      'POST /nodes/alpha/vzdump',
      'POST /nodes/alpha/qemu/100/snapshot/fresh/rollback',
      'POST /nodes/beta/lxc/200/status/stop',
      'POST /nodes/beta/lxc/200/snapshot/one/rollback',
      'DELETE /nodes/beta/lxc/200',
    ] as const) {
      const params = {
        'POST /nodes/alpha/qemu/100/snapshot': { snapname: 'two' },
        'POST /nodes/alpha/vzdump': { vmid: '100', storage: 'tank' },
      }
      await root(call, Object(params)[call])
      await simulator.idle()
    }
    const ends = simulator
      .snapshot()
      .tasks.map(({ upid, exitStatus }) => [upid.split(':')[5], exitStatus])
    expect(ends).toEqual([
      ['qmstart', 'OK'],
      ['vzstart', 'OK'],
      ['qmsnapshot', 'OK'],
      ['vzdump', 'OK'],
      ['qmrollback', 'OK'],
      ['vzstop', 'OK'],
      ['vzrollback', 'OK'],
      ['vzdestroy', 'OK'],
    ])
  })

  it('knows passwords, second factors and tokens of the original', async () => {
    await using simulator = await importOf(directoryOf(officeFiles))
    const login = (password: string): Promise<Response> =>
      simulator.fetch(
        new Request('https://alpha:8006/api2/json/access/ticket', {
          method: 'POST',
          body: new URLSearchParams({ username: 'ann@pve', password }),
        }),
      )
    expect((await login('wrong')).status).toBe(401)
    expect(await (await login('ann-secret')).json()).toMatchObject({
      data: { NeedTFA: 1, username: 'ann@pve' },
    })
    const answer = await simulator.fetch(
      new Request('https://alpha:8006/api2/json/access/permissions', {
        headers: { Authorization: 'PVEAPIToken=ann@pve!ci=11111111-2222-3333-4444-555555555555' },
      }),
    )
    expect(Object.keys(Object(Object(await answer.json()).data))).toContain('/vms/100')
  })

  it('gives a password back that was set here', async () => {
    await using simulator = await importOf(directoryOf(officeFiles))
    await callAs(simulator)('POST /access/users', { userid: 'new@pve', password: 'longenough' })
    const copy = newPath('.tar')
    await writeEtcPve(copy, simulator.snapshot())
    await using after = await importOf(copy)
    const answer = await after.fetch(
      new Request('https://alpha:8006/api2/json/access/ticket', {
        method: 'POST',
        body: new URLSearchParams({ username: 'new@pve', password: 'longenough' }),
      }),
    )
    expect(answer.status).toBe(200)
    expect(after.snapshot().config['priv/shadow.cfg']).toMatch(/^ann:\$5\$.*:\nnew:scrypt\$.*:\n$/)
  })

  it('keeps what nothing reads, and says so', async () => {
    const { notes, cluster } = await readEtcPve(
      directoryOf({
        ...officeFiles,
        '.version': '{}',
        'storage.cfg': `${officeFiles['storage.cfg']}drbd: three\n\tredundancy 3\n\n`,
        'nodes/gone/qemu-server/900.conf': 'memory: 512\n',
      }),
    )
    expect(notes).toEqual([
      { path: 'nodes/gone', text: 'this node is not in corosync.conf: it is there, switched off' },
      {
        path: 'storage.cfg',
        text: 'line 16: storages of type drbd are not simulated: this one is not there',
      },
      { path: 'ceph.conf', text: 'kept; nothing in the simulated cluster reads it' },
      { path: 'priv/known_hosts', text: 'kept; nothing in the simulated cluster reads it' },
    ])
    expect(cluster.etcPve['ceph.conf']).toBe(officeFiles['ceph.conf'])
    expect(cluster.nodes.gone).toMatchObject({ online: false })
  })

  it('takes links for what they are on a node, and leaves other things out', async () => {
    const path = directoryOf({ ...officeFiles, 'nodes/alpha/lxc/.keep': '' })
    symlinkSync('nodes/beta', join(path, 'local'))
    symlinkSync('nodes/beta/qemu-server', join(path, 'qemu-server'))
    symlinkSync('/etc/passwd', join(path, 'priv/elsewhere'))
    writeFileSync(join(path, 'picture.png'), Buffer.from([0x89, 0x50, 0xff]))
    const { notes, cluster } = await readEtcPve(path)
    expect(Object.keys(cluster.nodes)).toEqual(['beta', 'alpha'])
    expect(notes).toEqual(
      expect.arrayContaining([
        { path: 'picture.png', text: 'left out: this is no text in UTF-8' },
        {
          path: 'priv/elsewhere',
          text: 'left out: the file system of a cluster has no links of its own',
        },
      ]),
    )
    expect(Object.keys(cluster.etcPve)).not.toContain('priv/elsewhere')
  })

  it.each<readonly [path: string, text: string, said: string]>([
    [
      'storage.cfg',
      'dir: local\n\tpath /x\nlvm\n',
      'storage.cfg:3: "lvm" is no line of such a file',
    ],
    ['user.cfg', '\nuser:root@pam:1:0\nusr:x\n', 'user.cfg:3: "usr:x" is no line of such a file'],
    [
      'nodes/alpha/qemu-server/100.conf',
      'cores: 2\n[snap\n',
      'nodes/alpha/qemu-server/100.conf:2: "[snap" is no line of such a file',
    ],
    ['firewall/100.fw', 'enable: 1\n', 'firewall/100.fw:1: "enable: 1" is no line of such a file'],
    ['priv/token.cfg', 'ann@pve!ci\n', 'priv/token.cfg:1: this is no line of such a file'],
    ['priv/tfa.cfg', '{\n  "users": ,\n}', 'priv/tfa.cfg'],
    ['priv/authkey.key', 'secret', 'priv/authkey.key:1: this is no key in PEM'],
    ['corosync.conf', 'nodelist {\n}\n}\n', 'corosync.conf:3: "}" is no line of such a file'],
    [
      'nodes/beta/lxc/100.conf',
      'arch: amd64\n',
      'guest 100 is there twice: nodes/alpha/qemu-server/100.conf and nodes/beta/lxc/100.conf',
    ],
  ])('is refused where %s is damaged, with the place', async (path, text, said) => {
    const copy = directoryOf({ ...officeFiles, [path]: text })
    await expect(readEtcPve(copy)).rejects.toThrow(`${copy}: ${said}`)
  })

  it('is refused where it is none', async () => {
    const empty = directoryOf({ 'user.cfg': '' })
    await expect(readEtcPve(empty)).rejects.toThrow(
      'has no directory nodes: give a copy of /etc/pve',
    )
    await expect(readEtcPve(join(empty, 'user.cfg'))).rejects.toThrow(
      'give a directory, a tar archive',
    )
    await expect(readEtcPve(join(empty, 'gone'))).rejects.toThrow('cannot be read: ENOENT')
    const other = newPath('.db')
    const database = openDatabase(other)
    database.exec('CREATE TABLE guests (vmid INTEGER)')
    database.close()
    await expect(readEtcPve(other)).rejects.toThrow(
      `${other}: the database has no table tree: give the config.db of a node`,
    )
    const cut = newPath('.tar')
    await using simulator = await importOf(directoryOf(officeFiles))
    await writeEtcPve(cut, simulator.snapshot())
    const whole = readFileSync(cut)
    writeFileSync(cut, whole.subarray(0, 700))
    await expect(readEtcPve(cut)).rejects.toThrow(`${cut}: the archive is damaged`)
    await expect(writeEtcPve(cut, simulator.snapshot())).rejects.toThrow('is there already')
    expect(readFileSync(cut)).toHaveLength(700)
  })
})
