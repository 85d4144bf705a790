import type { ApiResponse, Params, Transport, Verb } from '@proxkit/schema'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSimulator, type Simulator } from '../../create-simulator.js'

const local = 'dir: local\n\tpath /var/lib/vz\n\tcontent iso\n\n'
const users =
  'user:eve@pve:1:0::::::\npool:prod:::d1:\nacl:1:/storage/d1:eve@pve:PVEDatastoreUser:\n'
let simulator: Simulator
let api: Transport

beforeEach(() => {
  simulator = createSimulator({
    seed: {
      nodes: { pve1: {}, pve2: {} },
      files: { 'storage.cfg': local, 'user.cfg': users },
    },
  })
  api = simulator.transport()
})

const call = (verb: Verb, path: string, params: Params = {}): Promise<ApiResponse> =>
  api.send({ verb, path, params })
const add = (params: Params): Promise<ApiResponse> => call('POST', '/storage', params)
const set = (id: string, params: Params): Promise<ApiResponse> =>
  call('PUT', `/storage/${id}`, params)
const file = (path: string): string | undefined => simulator.snapshot().config[path]

describe('POST /storage', () => {
  it('writes only what was given; defaults come with the next change', async () => {
    expect(await add({ storage: 'd1', type: 'dir', path: '/data//x/' })).toMatchObject({
      status: 200,
      data: { storage: 'd1', type: 'dir' },
    })
    expect(file('storage.cfg')).toBe(`${local}dir: d1\n\tpath /data/x\n\n`)
    await add({ storage: 'n1', type: 'nfs', server: '10.0.0.5', export: '/x' })
    expect(file('storage.cfg')).toBe(
      `${local}dir: d1\n\tpath /data/x\n\tcontent images,rootdir\n\n` +
        'nfs: n1\n\texport /x\n\tpath /mnt/pve/n1\n\tserver 10.0.0.5\n\n',
    )
  })

  it.each([
    [
      { storage: 'local', type: 'dir', path: '/x' },
      "create storage failed: storage ID 'local' already defined",
    ],
    [{ storage: 'd1', type: 'dir' }, "missing value for required option 'path'"],
    [{ storage: 'd1', type: 'dir', path: '/x', server: 'y' }, "unexpected property 'server'"],
    [{ storage: 'd1', type: 'dir', path: '/a b' }, 'illegal path for directory storage: /a b'],
    [
      { storage: 'd1', type: 'dir', path: '/x', content: 'none,iso' },
      "unable to combine 'none' with other content types",
    ],
    [
      { storage: 'd1', type: 'dir', path: '/x', content: 'none' },
      "create storage failed: unknown vtype 'none'",
    ],
    [
      { storage: 'l1', type: 'lvm', vgname: 'vg0', content: 'iso' },
      "storage does not support content type 'none'",
    ],
    [
      { storage: 'l1', type: 'lvm', vgname: 'vg0', base: 'is1:0.0.0.x' },
      "create storage failed: base storage ID 'is1' does not exist",
    ],
    [
      { storage: 'd1', type: 'dir', path: '/x', mkdir: '0' },
      "create storage failed: unable to activate storage 'd1' - directory '/x' does not exist or is unreachable",
    ],
    [
      { storage: 'd1', type: 'dir', path: '/x', is_mountpoint: '1' },
      "create storage failed: unable to activate storage 'd1' - directory is expected to be a mount point but is not mounted: '/x'",
    ],
    [
      { storage: 'n1', type: 'nfs', server: '127.0.0.1', export: '/x' },
      "create storage failed: storage 'n1' is not online",
    ],
    [
      { storage: 'e1', type: 'esxi', server: 'h', username: 'root' },
      'create storage failed: missing password',
    ],
    [
      { storage: 'b1', type: 'pbs', server: 'p', datastore: 'd', 'encryption-key': 'x' },
      'create storage failed: Value does not seems like a valid, JSON formatted encryption key!',
    ],
  ])('refuses %j', async (params, message) => {
    expect(await add(params)).toMatchObject({ status: 500, message })
    expect(file('storage.cfg')).toBe(local)
  })

  it('does not try storages that are disabled or of other nodes', async () => {
    const path = { type: 'dir', path: '/x', mkdir: '0' }
    expect(await add({ storage: 'd1', ...path, disable: '1' })).toMatchObject({ status: 200 })
    expect(await add({ storage: 'd2', ...path, nodes: 'pve2' })).toMatchObject({ status: 200 })
  })

  it('keeps secrets in files of their own', async () => {
    await add({
      storage: 'c1',
      type: 'cifs',
      server: 'h',
      share: 's',
      username: 'u',
      password: 'p',
    })
    expect(file('priv/storage/c1.pw')).toBe('password=p\n')
    expect(file('storage.cfg')).not.toContain('password')
    await set('c1', { delete: 'password' })
    expect(file('priv/storage/c1.pw')).toBeUndefined()

    const answer = await add({
      storage: 'b1',
      type: 'pbs',
      server: 'p',
      datastore: 'd',
      password: 'p',
      'encryption-key': '{"data":"AA==","fingerprint":"ab:cd"}',
    })
    expect(answer.data).toEqual({
      storage: 'b1',
      type: 'pbs',
      config: { 'encryption-key': '{"data":"AA==","fingerprint":"ab:cd"}' },
    })
    expect(file('storage.cfg')).toContain('\tencryption-key ab:cd\n')
    expect(file('priv/storage/b1.pw')).toBe('p\n')
    await call('DELETE', '/storage/b1')
    expect(file('priv/storage/b1.pw')).toBeUndefined()
    expect(file('priv/storage/b1.enc')).toBeUndefined()
  })
})

describe('GET /storage', () => {
  it('tells options with numbers as numbers and overridden directories as an object', async () => {
    await add({
      storage: 'd1',
      type: 'dir',
      path: '/x',
      nodes: 'pve1,pve2',
      shared: '1',
      'max-protected-backups': '10',
      'content-dirs': 'iso=isos,backup=/my/backup',
    })
    const { data } = await call('GET', '/storage/d1')
    expect(data).toEqual({
      storage: 'd1',
      type: 'dir',
      path: '/x',
      content: 'images,rootdir',
      nodes: 'pve1,pve2',
      shared: 1,
      'max-protected-backups': 10,
      'content-dirs': { iso: 'isos', backup: '/my/backup' },
      digest: expect.stringMatching(/^[0-9a-f]{40}$/),
    })
    expect(await call('GET', '/storage/d9')).toMatchObject({
      status: 500,
      message: "storage 'd9' does not exist",
    })
  })

  it('lists only what the caller may see', async () => {
    await add({ storage: 'd1', type: 'dir', path: '/x' })
    const eve = simulator.transport({ user: 'eve@pve' })
    const { data } = await eve.send({ verb: 'GET', path: '/storage', params: {} })
    expect(data).toMatchObject([{ storage: 'd1' }])
  })
})

describe('PUT /storage/{storage}', () => {
  beforeEach(async () => {
    await add({ storage: 'd1', type: 'dir', path: '/x', nodes: 'pve1', format: 'qcow2' })
  })

  it('changes and deletes options', async () => {
    await set('d1', { content: 'iso,backup', 'prune-backups': 'keep-last=3', delete: 'nodes' })
    expect(file('storage.cfg')).toBe(
      `${local}dir: d1\n\tpath /x\n\tcontent backup,iso\n\tformat qcow2\n\tprune-backups keep-last=3\n\n`,
    )
    await set('d1', { disable: '1', content: '', 'prune-backups': '' })
    expect(file('storage.cfg')).toBe(
      `${local}dir: d1\n\tdisable\n\tpath /x\n\tcontent none\n\tformat qcow2\n\n`,
    )
  })

  it.each([
    [
      { digest: '0'.repeat(40) },
      'detected modified configuration - file changed by other user? Try again.',
    ],
    [{ server: 'x' }, "unexpected property 'server'"],
    [{ delete: 'nope' }, "no such option 'nope'"],
    [{ delete: 'path' }, "unable to delete required option 'path'"],
    [
      { delete: 'nodes', nodes: 'pve2' },
      "cannot set and delete property 'nodes' at the same time!",
    ],
  ])('refuses %j', async (params, text) => {
    expect(await set('d1', params)).toMatchObject({
      status: 500,
      message: `update storage failed: ${text}`,
    })
  })

  it('accepts the present digest', async () => {
    const { data } = await call('GET', '/storage/d1')
    const { digest } = { digest: '', ...(typeof data === 'object' ? data : {}) }
    expect(await set('d1', { disable: '1', digest })).toMatchObject({ status: 200 })
  })
})

describe('DELETE /storage/{storage}', () => {
  it('removes its rights and its place in pools too', async () => {
    await add({ storage: 'd1', type: 'dir', path: '/x' })
    expect(await call('DELETE', '/storage/d1')).toMatchObject({ status: 200, data: null })
    expect(file('storage.cfg')).toBe(local)
    expect(file('user.cfg')).not.toContain('d1')
  })

  it('refuses a base of another storage and what is not there', async () => {
    await add({ storage: 'is1', type: 'iscsi', portal: '10.0.0.8', target: 'iqn.x' })
    await add({ storage: 'l1', type: 'lvm', vgname: 'vg0', base: 'is1:0.0.0.scsi-x' })
    expect(await call('DELETE', '/storage/is1')).toMatchObject({
      message:
        "delete storage failed: can't remove storage - storage is used as base of another storage",
    })
    expect(await call('DELETE', '/storage/d9')).toMatchObject({
      message: "delete storage failed: storage 'd9' does not exist",
    })
  })
})
