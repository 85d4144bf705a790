import { beforeEach, describe, expect, it } from 'vitest'
import { vmLab, type VmLab } from '../../../test/vm-lab.js'

const container = (vmid: number, lines: readonly string[]): Record<string, string> => ({
  [`nodes/pve1/lxc/${vmid}.conf`]: ['arch: amd64', 'ostype: debian', ...lines, ''].join('\n'),
})
const path = '/nodes/pve1/lxc'
let lab: VmLab

beforeEach(() => {
  lab = vmLab({
    files: {
      ...container(100, [
        'mp0: local:100/vm-100-disk-0.raw,mp=/data,size=1G',
        'rootfs: local-lvm:vm-100-disk-0,size=2G',
        'unused0: local-lvm:vm-100-disk-1',
      ]),
      ...container(101, ['mp0: /mnt,mp=/mnt', 'rootfs: local-lvm:vm-101-disk-0,size=1G']),
    },
  })
})

const migrate = async (vmid: number, params = {}): Promise<unknown> => {
  const outcome = await lab.task(`POST ${path}/${vmid}/migrate`, { target: 'pve2', ...params })
  if (typeof outcome === 'string') return outcome
  const { status, log } = Object(outcome)
  const lines: string[] = log
  return { status, log: lines.map((line) => line.replace(/^\S+ \S+ /, '')) }
}

describe('a container that migrates', () => {
  it('takes its volumes along', async () => {
    expect(await lab.root(`GET ${path}/100/migrate`)).toEqual({
      running: 0,
      'allowed-nodes': ['pve2'],
      'not-allowed-nodes': {},
    })
    expect(await migrate(100)).toEqual({
      status: 'OK',
      log: [
        "starting migration of CT 100 to node 'pve2' (192.0.2.12)",
        "found local volume 'local-lvm:vm-100-disk-0' (in current VM config)",
        "found local volume 'local-lvm:vm-100-disk-1' (in current VM config)",
        "found local volume 'local:100/vm-100-disk-0.raw' (in current VM config)",
        "volume 'local-lvm:vm-100-disk-0' is 'local-lvm:vm-100-disk-0' on the target",
        "volume 'local-lvm:vm-100-disk-1' is 'local-lvm:vm-100-disk-1' on the target",
        "volume 'local:100/vm-100-disk-0.raw' is 'local:100/vm-100-disk-0.raw' on the target",
        'start final cleanup',
        expect.stringContaining('migration finished successfully'),
      ],
    })
    expect(lab.ctConf(100)).toBeUndefined()
    expect(lab.file('nodes/pve2/lxc/100.conf')).toContain('rootfs: local-lvm:vm-100-disk-0,size=2G')
    expect(lab.volumes()).toEqual(['vm-101-disk-0'])
    expect(lab.volumes('lvmthin:pve2:pve/data')).toEqual(['vm-100-disk-0', 'vm-100-disk-1'])
  })

  it('moves to another storage', async () => {
    await migrate(100, { 'target-storage': 'local-lvm:local' })
    expect(lab.file('nodes/pve2/lxc/100.conf')).toContain(
      'rootfs: local:100/vm-100-disk-0.raw,size=2G',
    )
  })

  it('is restarted on the other side', async () => {
    await lab.task(`POST ${path}/100/status/start`)
    expect(await migrate(100)).toBe(
      "500 can't migrate running container without --online or --restart",
    )
    expect(await migrate(100, { online: 1 })).toMatchObject({ status: 'migration aborted' })
    expect(await migrate(100, { restart: 1 })).toMatchObject({
      status: 'OK',
      log: expect.arrayContaining(['shutdown CT 100', 'start container on target node']),
    })
    expect(await lab.root('GET /nodes/pve2/lxc/100/status/current')).toMatchObject({
      status: 'running',
    })
  })

  it('stays when a volume cannot go', async () => {
    await lab.root(`PUT ${path}/100/config`, { delete: 'mp0' })
    await lab.root(`PUT ${path}/100/config`, { delete: 'unused1' })
    await lab.task(`POST ${path}/100/snapshot`, { snapname: 'one' })
    expect(await migrate(100)).toMatchObject({
      status: 'migration aborted',
      log: expect.arrayContaining([
        "can't migrate local volume 'local-lvm:vm-100-disk-0': non-migratable snapshot exists",
        'aborting phase 1 - cleanup resources',
      ]),
    })
    expect(lab.ctConf(100)).not.toContain('lock')
    expect(await migrate(101)).toMatchObject({
      status: 'migration aborted',
      log: [expect.stringContaining("cannot migrate local bind mount point 'mp0'")],
    })
  })

  it.each([
    [{ target: 'pve1' }, { status: 400, errors: { target: 'target is local node.' } }],
    [{ target: 'pve9' }, "500 no such cluster node 'pve9'"],
    [{ 'target-storage': 'iso' }, "500 storage 'iso' does not support CT rootdirs"],
  ])('is refused with %j', async (params, refusal) => {
    expect(await lab.root(`POST ${path}/100/migrate`, { target: 'pve2', ...params })).toEqual(
      refusal,
    )
  })
})

describe('consoles of a container', () => {
  it('are opened with a ticket, and end when nobody comes', async () => {
    expect(await lab.root(`POST ${path}/100/vncproxy`, { websocket: 1 })).toMatchObject({
      user: 'root@pam',
      port: '5900',
      cert: expect.stringContaining('BEGIN CERTIFICATE'),
      password: expect.stringMatching(/^.{8}$/),
    })
    await lab.simulator.idle()
    expect(await lab.task(`POST ${path}/100/status/start`)).toMatchObject({ status: 'OK' })
    expect(await lab.root(`POST ${path}/100/spiceproxy`)).toMatchObject({
      type: 'spice',
      title: 'CT 100',
    })
    const opened = Object(await lab.root(`POST ${path}/100/termproxy`))
    const { port, ticket: vncticket } = opened
    expect(await lab.root(`GET ${path}/100/vncwebsocket`, { port, vncticket })).toEqual({ port })
    expect(await lab.root(`GET ${path}/101/vncwebsocket`, { port, vncticket })).toBe(
      '401 permission denied - invalid PVEVNC ticket',
    )
  })

  it('of a stopped container are no spice screens', async () => {
    expect(await lab.root(`POST ${path}/100/spiceproxy`)).toBe('500 CT 100 not running')
  })
})

describe('the recorded figures of a container', () => {
  it('follow its life', async () => {
    await lab.task(`POST ${path}/100/status/start`)
    const rows = await lab.root(`GET ${path}/100/rrddata`, { timeframe: 'hour' })
    expect(rows).toHaveLength(60)
    expect(Object(rows)[0]).toMatchObject({ maxmem: 512 * 2 ** 20, maxdisk: 2_104_533_975 })
    expect(await lab.root(`GET ${path}/999/rrddata`, { timeframe: 'hour' })).toBe(
      "500 RRD error: opening '/var/lib/rrdcached/db/pve-vm-9.0/999': No such file or directory",
    )
  })
})
