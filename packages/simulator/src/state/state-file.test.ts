import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { callAs } from '../../test/api-caller.js'
import { createSimulator, type Simulator, type SimulatorOptions } from '../create-simulator.js'
import { instantClock, manualClock } from '../engine/clock.js'
import { openDatabase } from './database.js'
import { openStateFile } from './state-file.js'

const folder = mkdtempSync(join(tmpdir(), 'proxkit-state-'))
const start = Date.UTC(2026, 0, 15)
let files = 0

afterAll(() => rmSync(folder, { recursive: true }))

function newPath(): string {
  files += 1
  return join(folder, `state-${files}.db`)
}

function simulatorOn(path: string, options: SimulatorOptions = {}): Simulator {
  return createSimulator({ state: openStateFile(path), clock: instantClock({ start }), ...options })
}

describe('a state file', () => {
  it('gives back all that a cluster was when it was closed', async () => {
    const path = newPath()
    const first = simulatorOn(path)
    const root = callAs(first)
    await root('POST /nodes/pve1/qemu', { vmid: 900, memory: 512, scsi0: 'local-lvm:4' })
    await first.idle()
    await root('POST /nodes/pve1/qemu/900/status/start')
    await first.idle()
    await root('POST /nodes/pve1/qemu/900/snapshot', { snapname: 'one' })
    await root('DELETE /nodes/pve1/lxc/201')
    await root('POST /access/users', { userid: 'alice@pve', password: 'longenough' })
    await root('PUT /nodes/pve1/time', { timezone: 'Europe/Vienna' })
    first.setStorage('tank', { online: false })
    first.setNode('pve3', { online: false })
    await first.idle()
    const was = first.snapshot()
    await first.close()

    await using second = simulatorOn(path, { seed: 'single' })
    expect(second.snapshot()).toEqual(was)
    expect(await callAs(second)('GET /nodes/pve1/qemu/900/status/current')).toMatchObject({
      status: 'running',
    })
  })

  it('holds a change before its answer is given', async () => {
    const path = newPath()
    await using simulator = simulatorOn(path)
    await callAs(simulator)('POST /pools', { poolid: 'now' })
    const copy = newPath()
    copyFileSync(path, copy)
    copyFileSync(`${path}-wal`, `${copy}-wal`)
    await using after = simulatorOn(copy)
    expect(await callAs(after)('GET /pools/now')).toEqual({ poolid: 'now', members: [] })
  })

  it('is laid out as the database of a node', async () => {
    const path = newPath()
    const simulator = simulatorOn(path, { seed: 'single' })
    await callAs(simulator)('POST /pools', { poolid: 'one' })
    const config = simulator.snapshot().config['user.cfg']
    const mtime = Math.ceil(simulator.clock.now() / 1000)
    await simulator.close()
    const database = openDatabase(path)
    const [root, userConfig] = database
      .prepare(
        `SELECT inode, parent, type, name, mtime, CAST(data AS TEXT) AS data FROM tree WHERE name IN ('__version__', 'user.cfg') ORDER BY inode`,
      )
      .all()
    const inOrder = database
      .prepare(
        'SELECT count(*) AS n FROM tree AS child JOIN tree AS above ON above.inode = child.parent WHERE above.inode > child.inode OR child.version > (SELECT version FROM tree WHERE inode = 0)',
      )
      .all()
    database.close()
    expect(root).toMatchObject({ inode: 0, parent: 0, type: 8, mtime, data: null })
    expect(userConfig).toMatchObject({ parent: 0, type: 8, data: config })
    expect(inOrder).toEqual([{ n: 0 }])
  })

  it('ends tasks whose process is gone', async () => {
    const path = newPath()
    const first = simulatorOn(path, {
      clock: manualClock({ start }),
    })
    const upid = await callAs(first)('POST /nodes/pve1/qemu/100/status/stop')
    const copy = newPath()
    copyFileSync(path, copy)
    copyFileSync(`${path}-wal`, `${copy}-wal`)
    await using second = simulatorOn(copy)
    expect(
      await callAs(second)(`GET /nodes/pve1/tasks/${encodeURIComponent(String(upid))}/status`),
    ).toMatchObject({ status: 'stopped', exitstatus: 'unexpected status' })
  })

  it('lets the clock go on no earlier than it stood', async () => {
    const path = newPath()
    const late = Date.UTC(2040, 0, 1)
    const first = simulatorOn(path, { clock: instantClock({ start: late }) })
    await callAs(first)('POST /pools', { poolid: 'late' })
    await first.close()
    await using second = createSimulator({ state: openStateFile(path) })
    expect(second.clock.now()).toBeGreaterThanOrEqual(late)
  })

  it('takes a new password of root', async () => {
    const path = newPath()
    await simulatorOn(path).close()
    await using simulator = simulatorOn(path, { rootPassword: 'another one' })
    const login = await simulator.fetch(
      new Request('https://pve1:8006/api2/json/access/ticket', {
        method: 'POST',
        body: new URLSearchParams({ username: 'root@pam', password: 'another one' }),
      }),
    )
    expect(login.status).toBe(200)
  })
})

describe('a file that is no state', () => {
  const whole = newPath()

  it.each([
    [
      'text',
      () => 'not a database, whatever its name is, and long enough to be looked at'.repeat(20),
    ],
    ['a database of another kind', () => foreign('CREATE TABLE t (a)')],
    ['the database of a node', () => foreign('CREATE TABLE tree (inode)')],
    [
      'a newer layout',
      () =>
        foreign('CREATE TABLE t (a); PRAGMA application_id = 1886940020; PRAGMA user_version = 2'),
    ],
    ['damage', () => damagedFile()],
  ])('such as %s is refused and left as it is', async (what, content) => {
    const path = newPath()
    writeFileSync(path, content())
    const was = readFileSync(path)
    expect(() => openStateFile(path)).toThrow(
      expect.objectContaining({
        name: 'StateFileError',
        message: expect.stringMatching(messages[what] ?? /never/),
      }),
    )
    expect(readFileSync(path).equals(was)).toBe(true)
    expect(existsSync(`${path}-holder`)).toBe(false)
  })

  const messages: Readonly<Record<string, RegExp>> = {
    text: /^.*state-\d+\.db: this is no file of SQLite; it was left as it is$/,
    'a database of another kind': /: this database is no state of a simulated cluster$/,
    'the database of a node':
      /: this database is no state of a simulated cluster; to start from the config\.db of a node, import it$/,
    'a newer layout': /: the layout of the file is 2, this version of Proxkit reads and writes 1$/,
    damage: /: the file is damaged.*; it was left as it is, take a copy that is whole$/,
  }

  function foreign(layout: string): Buffer {
    const path = newPath()
    const database = openDatabase(path)
    database.exec(layout)
    database.close()
    return readFileSync(path)
  }

  function damagedFile(): Buffer {
    const state = openStateFile(whole)
    const text = 'x'.repeat(3000)
    state.write({
      files: Array.from({ length: 50 }, (_, index) => ({ path: `file-${index}`, text })),
      records: [],
      time: start,
    })
    state.close()
    const bytes = readFileSync(whole)
    bytes.fill(0x55, 4096 * 2, bytes.length - 4096)
    return bytes
  }

  it('is refused where no such directory is', () => {
    expect(() => openStateFile(join(folder, 'nowhere', 'state.db'))).toThrow(
      /nowhere\/state\.db: the file cannot be opened; is its directory there/,
    )
  })

  it('is refused where another one has it open, and says which', () => {
    const path = newPath()
    const held = openStateFile(path)
    expect(() => openStateFile(path)).toThrow(
      new RegExp(`^${path} is in use: process ${process.pid} since \\d{4}-\\S+ has it open$`),
    )
    held.close()
    openStateFile(path).close()
  })
})
