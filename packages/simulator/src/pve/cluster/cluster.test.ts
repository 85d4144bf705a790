import { beforeEach, describe, expect, it } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { createSimulator, type Simulator } from '../../create-simulator.js'
import { manualClock } from '../../engine/clock.js'

let simulator: Simulator
let root: ApiCaller

beforeEach(() => {
  simulator = createSimulator({ clock: manualClock() })
  root = callAs(simulator)
})

/** The text of a file below `/etc/pve`. */
function file(path: string): string | undefined {
  return simulator.snapshot().config[path]
}

describe('the status of a cluster', () => {
  it('counts its nodes and tells which one answers', async () => {
    const transport = simulator.transport({ node: 'pve2' })
    const { data } = await transport.send({ verb: 'GET', path: '/cluster/status', params: {} })
    const node = { type: 'node', local: 0, online: 1, level: '' }
    expect(data).toEqual([
      { type: 'cluster', id: 'cluster', name: 'lab', version: 3, nodes: 3, quorate: 1 },
      { ...node, id: 'node/pve1', name: 'pve1', nodeid: 1, ip: '192.0.2.11' },
      { ...node, id: 'node/pve2', name: 'pve2', nodeid: 2, ip: '192.0.2.12', local: 1 },
      { ...node, id: 'node/pve3', name: 'pve3', nodeid: 3, ip: '192.0.2.13' },
    ])
  })

  it('of a node on its own is that node', async () => {
    const single = callAs(createSimulator({ seed: 'single', clock: manualClock() }))
    expect(await single('GET /cluster/status')).toEqual([
      {
        type: 'node',
        id: 'node/pve',
        name: 'pve',
        nodeid: 0,
        ip: '192.0.2.10',
        local: 1,
        online: 1,
        level: '',
      },
    ])
  })

  it('is for auditors', async () => {
    expect(await callAs(simulator, 'bob@pve')('GET /cluster/status')).toBe(
      '403 Permission check failed (/, Sys.Audit)',
    )
  })
})

describe('the next free id', () => {
  it('is the lowest one, as text', async () => {
    expect(await root('GET /cluster/nextid')).toBe('107')
  })

  it('lies within the bounds of the datacenter, the upper one excluded', async () => {
    await root('PUT /cluster/options', { 'next-id': 'lower=200,upper=205' })
    expect(await root('GET /cluster/nextid')).toBe('204')
    await root('PUT /cluster/options', { 'next-id': 'lower=200,upper=204' })
    expect(await root('GET /cluster/nextid')).toBe(
      '500 unable to get any free VMID in range [200, 204]',
    )
  })

  it('can be a wanted one', async () => {
    expect(await root('GET /cluster/nextid', { vmid: 150 })).toBe('150')
    expect(await root('GET /cluster/nextid', { vmid: 100 })).toEqual({
      status: 400,
      errors: { vmid: 'VM 100 already exists' },
    })
  })
})

describe('the options of the datacenter', () => {
  it('are read with what is always there', async () => {
    expect(await root('GET /cluster/options')).toEqual({
      keyboard: 'en-us',
      description: '',
      mac_prefix: 'BC:24:11',
      'allowed-tags': ['ci', 'db', 'infra', 'prod', 'template', 'test', 'web'],
    })
  })

  it('are kept as they are sent, sorted, under the description', async () => {
    await root('PUT /cluster/options', {
      console: 'html5',
      migration: 'type=secure,network=10.0.0.0/24',
      description: 'one\nzwölf: 50%',
      bwlimit: 'default=1000',
      'registered-tags': 'web;db',
    })
    expect(file('datacenter.cfg')).toBe(
      '#one\n#zw%C3%B6lf%3A 50%25\n\nbwlimit: default=1000\nconsole: html5\nkeyboard: en-us\n' +
        'migration: type=secure,network=10.0.0.0/24\nregistered-tags: web;db\n',
    )
    expect(await root('GET /cluster/options')).toMatchObject({
      description: 'one\nzwölf: 50%\n',
      bwlimit: 'default=1000',
      migration: { type: 'secure', network: '10.0.0.0/24' },
      'registered-tags': ['web', 'db'],
    })
    expect(await root('GET /version')).toMatchObject({ console: 'html5' })
  })

  it('are printed anew by the next change', async () => {
    await root('PUT /cluster/options', { migration: 'type=secure,network=10.0.0.0/24' })
    await root('PUT /cluster/options', { 'registered-tags': 'web;db' })
    await root('PUT /cluster/options', { 'tag-style': 'shape=circle,case-sensitive=on' })
    expect(await root('GET /cluster/options')).toMatchObject({
      'tag-style': { shape: 'circle', 'case-sensitive': 1 },
    })
    await root('PUT /cluster/options', { mac_prefix: 'bc:24:11', delete: 'keyboard' })
    expect(file('datacenter.cfg')).toBe(
      '\nmigration: secure,network=10.0.0.0/24\nregistered-tags: db;web\n' +
        'tag-style: case-sensitive=1,shape=circle\n',
    )
  })

  it('must not contradict themselves', async () => {
    expect(await root('PUT /cluster/options', { 'next-id': 'lower=300,upper=200' })).toBe(
      '500 lower (300) <= upper (200) boundary rule broken',
    )
    expect(file('datacenter.cfg')).toBe('keyboard: en-us\n')
  })

  it('are shown in part to those who may not audit', async () => {
    await root('PUT /cluster/options', { console: 'html5', 'tag-style': 'shape=circle' })
    expect(await callAs(simulator, 'bob@pve')('GET /cluster/options')).toEqual({
      console: 'html5',
      'tag-style': { shape: 'circle' },
      'allowed-tags': ['db', 'infra', 'prod', 'test', 'web'],
    })
  })

  it('say which tags are free to use', async () => {
    await root('PUT /cluster/options', {
      'registered-tags': 'prod;vip',
      'user-tag-access': 'user-allow=list,user-allow-list=x;y',
    })
    const bob = await callAs(simulator, 'bob@pve')('GET /cluster/options')
    expect(bob).toMatchObject({ 'allowed-tags': ['x', 'y'] })
    expect(await root('GET /cluster/options')).toMatchObject({
      'allowed-tags': ['ci', 'db', 'infra', 'prod', 'template', 'test', 'vip', 'web', 'x', 'y'],
    })
  })
})

describe('an index', () => {
  it.each([
    ['/', { subdir: 'version' }, 6],
    ['/cluster', { name: 'acme' }, 21],
    ['/cluster/ha', { id: 'status' }, 4],
    ['/nodes/pve1', { name: 'aplinfo' }, 41],
    ['/nodes/pve1/lxc/200', { subdir: 'config' }, 15],
    ['/nodes/pve1/lxc/200/snapshot/any', { cmd: 'rollback' }, 2],
    ['/nodes/pve1/hardware', { type: 'pci' }, 2],
    ['/nodes/pve1/scan', { method: 'cifs' }, 6],
    ['/nodes/pve1/tasks/any', { name: 'log' }, 2],
  ])('of %s lists what the product lists', async (path, first, count) => {
    const rows = await root(`GET ${path}`)
    expect(rows).toHaveLength(count)
    expect(rows).toHaveProperty('0', first)
  })
})
