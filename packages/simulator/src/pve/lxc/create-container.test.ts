import { beforeEach, describe, expect, it } from 'vitest'
import { masked, vmLab, type VmLab } from '../../../test/vm-lab.js'

const alpine = 'local:vztmpl/alpine-3.22-default_20250617_amd64.tar.xz'
const debian = 'local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst'
const create = 'POST /nodes/pve1/lxc'
let lab: VmLab

beforeEach(() => {
  lab = vmLab({
    files: { 'nodes/pve1/lxc/100.conf': 'arch: amd64\nostype: debian\n' },
    pools: { prod: {} },
    acl: [
      { path: '/vms', role: 'PVEVMAdmin', user: 'alice@pve' },
      { path: '/storage/local', role: 'PVEDatastoreUser', user: 'alice@pve' },
    ],
  })
})

describe('a new container', () => {
  it('gets what the product gives it', async () => {
    const made = await lab.task(create, { vmid: 110, ostemplate: alpine, storage: 'local-lvm' })
    expect(masked(lab.ctConf(110))).toBe(
      [
        'arch: amd64',
        'hostname: CT110',
        'memory: 512',
        'ostype: alpine',
        'rootfs: local-lvm:vm-110-disk-0,size=4G',
        'swap: 512',
        'unprivileged: 1',
        '',
      ].join('\n'),
    )
    expect(made).toMatchObject({ type: 'vzcreate', status: 'OK' })
    const { log } = Object(made)
    expect(masked(log.slice(0, 9).join('\n'))?.split('\n')).toEqual([
      '  Logical volume "vm-110-disk-0" created.',
      '  Logical volume pve/vm-110-disk-0 changed.',
      'Creating filesystem with 1048576 4k blocks and 262144 inodes',
      'Filesystem UUID: <uuid>',
      'Superblock backups stored on blocks: ',
      '\t32768, 98304, 163840, 229376, 294912, 819200, 884736',
      `extracting archive '/var/lib/vz/template/cache/alpine-3.22-default_20250617_amd64.tar.xz'`,
      'Total bytes read: 10700800 (11MiB, 250MiB/s)',
      'Detected container architecture: amd64',
    ])
  })

  it('is warned of when its systemd wants to nest, as it is at each start', async () => {
    const params = { vmid: 110, ostemplate: debian, rootfs: 'local-lvm:8', start: 1 }
    const made = await lab.task(create, params)
    expect(made).toMatchObject({ status: 'WARNINGS: 1' })
    expect(Object(made).log.at(-1)).toBe(
      'WARN: Systemd 257 detected. You may need to enable nesting.',
    )
    const tasks = lab.simulator.snapshot().tasks.filter(({ type }) => type === 'vzstart')
    expect(tasks.map(({ exitStatus }) => exitStatus)).toEqual(['WARNINGS: 1'])
    const nesting = { ...params, vmid: 111, features: 'nesting=1' }
    expect(await lab.task(create, nesting)).toMatchObject({ status: 'OK' })
  })

  it('takes options, mount points and a pool', async () => {
    await lab.task(create, {
      vmid: 110,
      ostemplate: alpine,
      rootfs: 'local:1',
      mp0: 'local-lvm:0.5,mp=/data,backup=1',
      net0: 'name=eth0,bridge=vmbr9,ip=dhcp',
      password: 'secret',
      tags: 'B,a',
      pool: 'prod',
      'ha-managed': 1,
    })
    expect(masked(lab.ctConf(110))?.split('\n')).toEqual([
      'arch: amd64',
      'hostname: CT110',
      'memory: 512',
      'mp0: local-lvm:vm-110-disk-0,mp=/data,backup=1,size=512M',
      'net0: name=eth0,bridge=vmbr9,hwaddr=<mac>,ip=dhcp,type=veth',
      'ostype: alpine',
      'rootfs: local:110/vm-110-disk-0.raw,size=1G',
      'swap: 512',
      'tags: a;b',
      'unprivileged: 1',
      '',
    ])
    expect(lab.file('user.cfg')).toContain('pool:prod::110:')
    expect(lab.file('ha/resources.cfg')).toBe('ct: 110\n\tstate stopped\n\n')
  })

  it('takes room on its storage', async () => {
    const used = async (): Promise<number> =>
      Object(await lab.root('GET /nodes/pve1/storage/local-lvm/status')).used
    const before = await used()
    await lab.task(create, { vmid: 110, ostemplate: alpine, rootfs: 'local-lvm:1' })
    // The journal and the root directory, and what was unpacked.
    expect((await used()) - before).toBe(32 * 2 ** 20 + 2 ** 19 + 10_700_800)
  })

  it('leaves nothing behind when it cannot be made', async () => {
    const ostemplate = 'local:vztmpl/none.tar.zst'
    expect(await lab.task(create, { vmid: 110, ostemplate, rootfs: 'local-lvm:1' })).toMatchObject({
      status: `unable to create CT 110 - volume '${ostemplate}' does not exist`,
    })
    expect(lab.ctConf(110)).toBeUndefined()
    expect(lab.volumes()).toEqual([])
  })

  it.each([
    [{ vmid: 100 }, "500 CT 100 already exists on node 'pve1'"],
    [
      { ostemplate: 'local:iso/debian.iso' },
      "500 unable to use volume local:iso/debian.iso - content type needs to be 'vztmpl'",
    ],
    [{ mp0: 'local:1,mp=/x' }, "500 mount points configured, but 'rootfs' not set - aborting"],
    [{ pool: 'none' }, "403 Permission check failed (pool 'none' does not exist)"],
    [{ 'ssh-public-keys': 'x' }, '500 SSH public key validation error'],
    [{ rootfs: 'none:1' }, "500 storage 'none' does not exist"],
  ])('is refused with %j', async (params, refusal) => {
    expect(await lab.root(create, { vmid: 110, ostemplate: alpine, ...params })).toBe(refusal)
    expect(lab.ctConf(110)).toBeUndefined()
  })

  it('is unprivileged unless an administrator of the cluster says otherwise', async () => {
    const alice = lab.as('alice@pve')
    const params = { vmid: 110, ostemplate: alpine, rootfs: 'local:1', unprivileged: 0 }
    expect(await alice(create, params)).toBe('403 Permission check failed (/, Sys.Modify)')
    await lab.task(create, params)
    expect(lab.ctConf(110)).not.toContain('unprivileged')
  })
})

/** A lab with one image, of which this configuration is known. */
function imageLab(config: object): VmLab {
  const content = JSON.stringify({ architecture: 'arm64', config })
  const volumes = [{ volume: 'vztmpl/debian_13.tar', size: '60M', content }]
  return vmLab({
    storage: { local: { type: 'dir', content: 'rootdir,vztmpl', path: '/v', volumes } },
  })
}

describe('a container out of an OCI image', () => {
  const params = {
    vmid: 110,
    ostemplate: 'local:vztmpl/debian_13.tar',
    storage: 'local',
    net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01',
    net1: 'name=eth1,bridge=vmbr0,hwaddr=BC:24:11:00:00:02,host-managed=0',
  }

  it('runs its program as the image says', async () => {
    const { task, ctConf } = imageLab({
      Entrypoint: ['/entry.sh'],
      Cmd: ['serve', '-g', "it's; on"],
      Env: ['PATH=/bin', 'LANG=C'],
      User: '1000:50',
      WorkingDir: '/srv',
      StopSignal: 'SIGQUIT',
      Volumes: { '/data': {} },
    })
    expect(await task(create, params)).toMatchObject({
      status: 'OK',
      log: expect.arrayContaining([
        'Detected OCI archive',
        'creating base directory for volume at /data',
        'Auto-Enabling host-managed network for network device net0.',
      ]),
    })
    expect(ctConf(110)).toBe(
      [
        'arch: arm64',
        'cmode: console',
        String.raw`entrypoint: /entry.sh serve -g 'it'\''s; on'`,
        'hostname: CT110',
        'memory: 512',
        'net0: name=eth0,bridge=vmbr0,host-managed=1,hwaddr=BC:24:11:00:00:01,type=veth',
        'net1: name=eth1,bridge=vmbr0,host-managed=0,hwaddr=BC:24:11:00:00:02,type=veth',
        'ostype: debian',
        'rootfs: local:110/vm-110-disk-0.raw,size=4G',
        'swap: 512',
        'unprivileged: 1',
        'lxc.environment.runtime: PATH=/bin',
        'lxc.environment.runtime: LANG=C',
        'lxc.init.uid: 1000',
        'lxc.init.gid: 50',
        'lxc.init.cwd: /srv',
        'lxc.signal.halt: SIGQUIT',
        '',
      ].join('\n'),
    )
  })

  it('stays a system where the image begins with an init', async () => {
    const { task, ctConf } = imageLab({ Cmd: ['/sbin/init'] })
    expect(await task(create, params)).toMatchObject({ status: 'OK' })
    expect(ctConf(110)).not.toMatch(/entrypoint|cmode|host-managed=1/)
    expect(ctConf(110)).toContain('\nlxc.signal.halt: SIGTERM\n')
  })

  it('is not made of what would break its configuration', async () => {
    const { task, ctConf } = imageLab({ Env: ['A=\u0001'] })
    expect(await task(create, params)).toMatchObject({
      status:
        "unable to create CT 110 - OCI config array-value for 'Env' contains forbidden control characters!",
    })
    expect(ctConf(110)).toBeUndefined()
  })
})
