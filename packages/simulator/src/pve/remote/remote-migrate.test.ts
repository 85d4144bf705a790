import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { masked } from '../../../test/vm-lab.js'
import { createSimulator, type Simulator } from '../../create-simulator.js'
import type { Listener } from '../../engine/http/listen.js'
import { realClock } from '../../engine/real-clock.js'
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

function cluster(node: string, more: Partial<Seed>): Simulator {
  // Fast, but so that whoever waits for the other side waits.
  const clock = realClock({ speed: 50, start: Date.UTC(2026, 0, 1) })
  return createSimulator({ clock, seed: { nodes: { [node]: {} }, storage, ...more } })
}

beforeEach(async () => {
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
    acl: [{ path: '/', role: 'PVEVMAdmin', user: 'weak@pve' }],
  })
  listener = await target.listen()
  root = callAs(source)
})

afterEach(async () => {
  await source.close()
  await target.close()
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
          'local-lvm:vm-300-disk-1,efitype=4m,format=raw,size=528K',
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
})
