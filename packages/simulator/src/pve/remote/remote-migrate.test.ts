import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { createSimulator, type Simulator } from '../../create-simulator.js'
import { manualClock, type ManualClock } from '../../engine/clock.js'
import type { Listener } from '../../engine/http/listen.js'
import type { Seed } from '../../seeds/seed.js'

const secret = '00000000-0000-4000-8000-000000000007'
const storage: NonNullable<Seed['storage']> = {
  local: { type: 'dir', path: '/var/lib/vz', content: 'images,rootdir,iso' },
  'local-lvm': { type: 'lvmthin', vgname: 'pve', thinpool: 'data', content: 'images,rootdir' },
}
const vmConfig = `agent: 1
boot: order=scsi0;net0
cores: 2
efidisk0: local:100/vm-100-disk-1.raw,efitype=4m,size=528K
memory: 1024
meta: creation-qemu=10.1.2,ctime=1760000000
name: web
net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1
scsi0: local:100/vm-100-disk-0.qcow2,cache=none,size=4G
smbios1: uuid=11111111-2222-4333-8444-555555555555
vmgenid: 11111111-2222-4333-8444-666666666666
`
const ctConfig = `arch: amd64
hostname: ct
memory: 512
mp0: local-lvm:vm-200-disk-1,mp=/data,size=1G
net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:02,type=veth
ostype: debian
rootfs: local-lvm:vm-200-disk-0,size=2G
swap: 512
unprivileged: 1
`
let source: Simulator
let target: Simulator
let listener: Listener
let root: ApiCaller
let clock: ManualClock
let end: AbortController
let passing: Promise<void>

function cluster(node: string, more: Partial<Seed>): Simulator {
  return createSimulator({ clock, seed: { nodes: { [node]: {} }, storage, ...more } })
}

/** Time passes with the turns of this process: on a busy machine nobody waits in vain for the other side. */
async function passTime({ signal }: AbortController): Promise<void> {
  while (!signal.aborted) {
    await clock.advance(50)
    await delay(1)
  }
}

beforeEach(async () => {
  clock = manualClock()
  end = new AbortController()
  passing = passTime(end)
  source = cluster('near', {
    guests: [
      { vmid: 100, node: 'near', running: true, config: {} },
      { vmid: 200, node: 'near', type: 'lxc', running: true, config: {} },
    ],
    files: {
      'nodes/near/qemu-server/100.conf': vmConfig,
      'nodes/near/lxc/200.conf': ctConfig,
      'firewall/100.fw': '[OPTIONS]\n\nenable: 1\n\n[RULES]\n\nIN SSH(ACCEPT)\n\n',
    },
  })
  target = cluster('far', {
    users: {
      'root@pam': { password: 'x', tokens: { mig: { secret, privsep: false } } },
      'weak@pve': { tokens: { mig: { secret, privsep: false } } },
    },
    acl: [
      { path: '/', role: 'PVEVMAdmin', user: 'weak@pve' },
      { path: '/', role: 'PVEAuditor', user: 'weak@pve' },
    ],
  })
  listener = await target.listen()
  root = callAs(source)
})

afterEach(async () => {
  await source.close()
  await target.close()
  end.abort()
  await passing
})

function endpoint(user = 'root@pam', fingerprint = listener.fingerprint ?? ''): string {
  const { hostname, port } = new URL(listener.url)
  const token = `PVEAPIToken=${user}!mig=${secret}`
  return `host=${hostname},port=${port},apitoken=${token},fingerprint=${fingerprint}`
}

async function migrate(
  type: 'qemu' | 'lxc',
  params: Readonly<Record<string, string | number>> = {},
): Promise<{ status: string | undefined; log: string[] }> {
  const upid = await root(
    `POST /nodes/near/${type}/${type === 'qemu' ? 100 : 200}/remote_migrate`,
    {
      'target-endpoint': endpoint(),
      'target-storage': 'local-lvm',
      'target-bridge': 'vmbr0',
      ...params,
    },
  )
  if (typeof upid !== 'string' || !upid.startsWith('UPID:')) throw new Error(String(upid))
  await source.idle()
  await target.idle()
  const record = source.snapshot().tasks.find((task) => task.upid === upid)
  const log = (record?.log ?? []).map((line) => line.replace(/^[\d-]{10} [\d:]{8} /, ''))
  return { status: record?.exitStatus, log }
}

const conf = (simulator: Simulator, path: string): string | undefined =>
  simulator.snapshot().config[path]

function volumesOf(simulator: Simulator, part: string): string[] {
  return simulator
    .snapshot()
    .backings.flatMap(({ volumes }) => volumes.map(({ name }) => name))
    .filter((name) => name.includes(part))
    .toSorted()
}

describe('a machine for another cluster', () => {
  it('goes there while it runs, and stays behind stopped and locked', async () => {
    const { status, log } = await migrate('qemu', { online: 1, 'target-vmid': 300 })
    expect(log.join('\n')).toContain(
      "volume 'local:100/vm-100-disk-0.qcow2' is 'local-lvm:vm-300-disk-0' on the target",
    )
    expect(status).toBe('OK')
    expect(conf(target, 'nodes/far/qemu-server/300.conf')).toBe(
      vmConfig
        .replace(
          'local:100/vm-100-disk-1.raw,efitype=4m,size=528K',
          'local-lvm:vm-300-disk-1,efitype=4m,format=raw,size=4M',
        )
        .replace(
          'local:100/vm-100-disk-0.qcow2,cache=none,size=4G',
          'local-lvm:vm-300-disk-0,cache=none,format=raw,size=4G',
        ),
    )
    expect(conf(target, 'firewall/300.fw')).toBe(conf(source, 'firewall/100.fw'))
    expect(target.snapshot().guests[300]?.status).toBe('running')
    expect(source.snapshot().guests[100]).toBeUndefined()
    expect(conf(source, 'nodes/near/qemu-server/100.conf')).toBe(
      vmConfig.replace('memory:', 'lock: migrate\nmemory:'),
    )
    const [tunnel] = target.snapshot().tasks
    expect(tunnel).toMatchObject({ type: 'qmtunnel', id: '300', exitStatus: 'OK' })
    expect(tunnel?.log).toContain("received command 'config'")
  })

  it('goes there while it is off, and leaves nothing where that is wanted', async () => {
    await root('POST /nodes/near/qemu/100/status/stop')
    await source.idle()
    const { status, log } = await migrate('qemu', { delete: 1 })
    expect(log).toContain('copying local disk images')
    expect(status).toBe('OK')
    expect(conf(target, 'nodes/far/qemu-server/100.conf')).toBe(
      vmConfig
        .replace('local:100/vm-100-disk-1.raw', 'local-lvm:vm-100-disk-1')
        .replace('local:100/vm-100-disk-0.qcow2', 'local-lvm:vm-100-disk-0')
        .replace('528K', '4M'),
    )
    expect(conf(source, 'nodes/near/qemu-server/100.conf')).toBeUndefined()
    expect(volumesOf(source, '-100-')).toEqual([])
    expect(volumesOf(target, '-100-')).toEqual(['vm-100-disk-0', 'vm-100-disk-1'])
  })

  it('does not go where its id is taken, and stays as it was', async () => {
    await callAs(target)('POST /nodes/far/qemu', { vmid: 100 })
    await target.idle()
    const { status, log } = await migrate('qemu', { online: 1 })
    expect(status).toBe('migration aborted')
    expect(log.join('\n')).toContain(
      "vmid: unable to create empty VM config - VM 100 already exists on node 'far'",
    )
    expect(conf(source, 'nodes/near/qemu-server/100.conf')).toBe(vmConfig)
    expect(source.snapshot().guests[100]?.status).toBe('running')
  })

  it('is taken back whole where the other side refuses its configuration', async () => {
    const files = source.snapshot()
    const path = 'nodes/near/qemu-server/100.conf'
    const text = vmConfig.replace('agent: 1\n', 'agent: 1\nargs: -foo\n')
    source.restore({ ...files, config: { ...files.config, [path]: text } })
    const { status, log } = await migrate('qemu', { online: 1 })
    expect(status).toBe('migration aborted')
    expect(log.join('\n')).toContain(
      "failed to handle 'config' command - only root can set 'args' config",
    )
    expect(conf(source, path)).toBe(text)
    expect(conf(target, 'nodes/far/qemu-server/100.conf')).toBeUndefined()
    expect(volumesOf(target, '-100-')).toEqual([])
  })

  it.each<[string, Record<string, string | number>, string]>([
    ['runs and is not to', {}, "500 can't migrate running VM without --online"],
    [
      'has no mapping',
      { online: 1, 'target-storage': '1' },
      '500 remote migration requires explicit storage mapping!',
    ],
  ])('that %s is refused at once', async (_what, params, refusal) => {
    await expect(migrate('qemu', params)).rejects.toThrow(refusal)
  })

  it('does not trust another certificate than the one that is told', async () => {
    const wrong = Array.from({ length: 32 }, () => '00').join(':')
    await expect(
      migrate('qemu', { online: 1, 'target-endpoint': endpoint('root@pam', wrong) }),
    ).rejects.toThrow(`500 fingerprint '${listener.fingerprint}' not verified, abort!`)
  })

  it('needs one who may bring guests in', async () => {
    const { status, log } = await migrate('qemu', {
      online: 1,
      'target-endpoint': endpoint('weak@pve'),
    })
    expect(status).toBe('migration aborted')
    expect(log.at(-2)).toContain('Permission check failed (/, Sys.Incoming)')
  })
})

describe('a container for another cluster', () => {
  it('is shut down here and started there', async () => {
    const { status, log } = await migrate('lxc', { restart: 1, 'target-vmid': 301, delete: 1 })
    expect(log).toContain('start container on target node')
    expect(status).toBe('OK')
    expect(conf(target, 'nodes/far/lxc/301.conf')).toBe(
      ctConfig.replaceAll('vm-200-disk', 'vm-301-disk'),
    )
    expect(Object.keys(target.snapshot().guests)).toEqual(['301'])
    expect(conf(source, 'nodes/near/lxc/200.conf')).toBeUndefined()
    expect(target.snapshot().tasks[0]).toMatchObject({ type: 'vzmtunnel', exitStatus: 'OK' })
  })

  it('stays locked behind where it is not to go', async () => {
    const { status } = await migrate('lxc', { restart: 1 })
    expect(status).toBe('OK')
    expect(conf(source, 'nodes/near/lxc/200.conf')).toBe(
      ctConfig.replace('memory:', 'lock: migrate\nmemory:'),
    )
  })

  it('that runs goes only by way of a restart', async () => {
    await expect(migrate('lxc')).rejects.toThrow(
      "500 can't migrate running container without --online or --restart",
    )
    const { status, log } = await migrate('lxc', { online: 1 })
    expect(status).toBe('migration aborted')
    expect(log.at(-2)).toContain('lxc live migration is currently not implemented')
  })
})

describe('a tunnel', () => {
  it('lets nobody in without its ticket', async () => {
    const far = callAs(target)
    const opened = await far('POST /nodes/far/qemu/400/mtunnel')
    const { socket } = Object(opened)
    expect(socket).toBe('/run/qemu-server/400.mtunnel')
    expect(await far('GET /nodes/far/qemu/400/mtunnelwebsocket', { socket, ticket: 'x' })).toBe(
      '401 permission denied - invalid PVETUNNEL ticket',
    )
    expect(await far('POST /nodes/other/qemu/400/mtunnel')).toEqual({
      status: 400,
      errors: { node: "node needs to be 'localhost' or local hostname 'far'" },
    })
    expect(await far('POST /nodes/far/qemu/400/mtunnel')).toEqual({
      status: 400,
      errors: {
        vmid: "unable to create empty VM config - VM 400 already exists on node 'far'\n",
      },
    })
  })
})
