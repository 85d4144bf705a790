import { beforeEach, describe, expect, it } from 'vitest'
import { vmLab, type VmLab } from '../../../test/vm-lab.js'

const config = `arch: amd64
cores: 1
hostname: web
memory: 512
ostype: debian
rootfs: local-lvm:vm-100-disk-0,size=4G
swap: 512
lxc.cap.drop: mknod
lxc.environment.runtime: A=1
`
const path = '/nodes/pve1/lxc/100'
let lab: VmLab

beforeEach(() => {
  lab = vmLab({
    files: {
      'nodes/pve1/lxc/100.conf': config,
      'nodes/pve1/lxc/101.conf':
        'arch: amd64\nostype: debian\nrootfs: local:101/vm-101-disk-0.raw\n',
    },
  })
})

const snapshot = (snapname: string): Promise<unknown> =>
  lab.task(`POST ${path}/snapshot`, { snapname })

/** Parents by the names of the snapshots. */
async function tree(): Promise<Record<string, string | undefined>> {
  const rows = await lab.root(`GET ${path}/snapshot`)
  const list: { name: string; parent?: string }[] = JSON.parse(JSON.stringify(rows))
  return Object.fromEntries(list.map(({ name, parent }) => [name, parent]))
}

describe('snapshots of a container', () => {
  it('keep its options, with what it hands on to LXC', async () => {
    expect(await lab.task(`POST ${path}/snapshot`, { snapname: 'one', description: 'x' })).toEqual({
      type: 'vzsnapshot',
      status: 'OK',
      log: ['  Logical volume "snap_vm-100-disk-0_one" created.'],
    })
    expect(await lab.root(`GET ${path}/snapshot/one/config`)).toEqual({
      arch: 'amd64',
      cores: 1,
      description: 'x\n',
      env: 'A=1',
      hostname: 'web',
      memory: 512,
      ostype: 'debian',
      rootfs: 'local-lvm:vm-100-disk-0,size=4G',
      snaptime: 1767225600,
      swap: 512,
    })
    expect(lab.ctConf(100)).toContain('[one]\n#x\narch: amd64')
    expect(lab.ctConf(100)?.match(/^lxc\.cap\.drop: mknod$/gm)).toHaveLength(2)
  })

  it('are a tree: a branch that goes leaves its children to its parent', async () => {
    for (const name of ['one', 'two', 'three']) await snapshot(name)
    await lab.task(`POST ${path}/snapshot/one/rollback`)
    await snapshot('four')
    expect(await tree()).toEqual({
      one: undefined,
      two: 'one',
      three: 'two',
      four: 'one',
      current: 'four',
    })
    await lab.task(`DELETE ${path}/snapshot/two`)
    expect(await tree()).toEqual({ one: undefined, three: 'one', four: 'one', current: 'four' })
    await lab.task(`DELETE ${path}/snapshot/one`)
    await lab.task(`DELETE ${path}/snapshot/four`)
    expect(await tree()).toEqual({ three: undefined, current: undefined })
  })

  it('bring back options and sizes, and list what they do not know as unused', async () => {
    await snapshot('one')
    await lab.root(`PUT ${path}/config`, { cores: 3, mp0: 'local-lvm:1,mp=/x' })
    await lab.task(`PUT ${path}/resize`, { disk: 'rootfs', size: '+1G' })
    expect(await lab.task(`POST ${path}/snapshot/one/rollback`)).toMatchObject({
      type: 'vzrollback',
      status: 'OK',
    })
    const main = lab.ctConf(100)?.split('\n\n')[0]
    expect(main).toContain('cores: 1\n')
    expect(main).toContain('rootfs: local-lvm:vm-100-disk-0,size=4G\n')
    expect(main).toContain('unused0: local-lvm:vm-100-disk-1')
    const content = await lab.root('GET /nodes/pve1/storage/local-lvm/content', { vmid: 100 })
    expect(content).toContainEqual(expect.objectContaining({ size: 4 * 2 ** 30 }))
  })

  it('stop a running container to go back, and start it on request', async () => {
    await snapshot('one')
    await lab.task(`POST ${path}/status/start`)
    await lab.task(`POST ${path}/snapshot/one/rollback`, { start: 1 })
    await lab.simulator.idle()
    expect(await lab.root(`GET ${path}/status/current`)).toMatchObject({ status: 'running' })
  })

  it.each([
    ['a reserved name', 'vzdump', "500 unable to use snapshot name 'vzdump' (reserved name)"],
    ['a reserved name', 'current', "500 unable to use snapshot name 'current' (reserved name)"],
  ])('refuse %s', async (_, snapname, refusal) => {
    expect(await snapshot(snapname)).toBe(refusal)
  })

  it('need a free name and a storage that can', async () => {
    await snapshot('one')
    expect(await snapshot('one')).toMatchObject({ status: "snapshot name 'one' already used" })
    const other = 'POST /nodes/pve1/lxc/101/snapshot'
    expect(await lab.task(other, { snapname: 'one' })).toMatchObject({
      status: 'snapshot feature is not available',
    })
    const feature = { feature: 'snapshot' }
    expect(await lab.root(`GET ${path}/feature`, feature)).toEqual({ hasFeature: 1 })
    expect(await lab.root('GET /nodes/pve1/lxc/101/feature', feature)).toEqual({ hasFeature: 0 })
  })
})
