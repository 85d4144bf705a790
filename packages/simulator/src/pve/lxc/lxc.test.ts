import { beforeEach, describe, expect, it } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { createSimulator, type Simulator } from '../../create-simulator.js'
import { manualClock, type ManualClock } from '../../engine/clock.js'

const config = `#two
#lines %25
arch: amd64
cores: 2
hostname: web
memory: 1024
net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=10.0.0.7/24,ip6=auto,type=veth
onboot: yes
ostype: debian
rootfs: local-lvm:vm-100-disk-0,size=8G
swap: 256
lxc.environment.runtime: A=1
lxc.environment.runtime: B=2
lxc.cgroup2.devices.allow: c 10:200 rwm
lxc.rootfs.path: /nope
bogus: 1
cpulimit: many

[pve:pending]
delete: cores
memory: 2048

[before]
#old
hostname: old
memory: 256
snaptime: 1767225600
`
const path = '/nodes/pve1/lxc'
let clock: ManualClock
let simulator: Simulator
let root: ApiCaller

beforeEach(() => {
  clock = manualClock()
  simulator = createSimulator({
    clock,
    seed: {
      cluster: 'two',
      nodes: { pve1: {}, pve2: {} },
      users: { 'alice@pve': {}, 'eve@pve': {} },
      acl: [{ path: '/vms/100', role: 'PVEAuditor', user: 'alice@pve' }],
      files: {
        'nodes/pve1/lxc/100.conf': config,
        'nodes/pve1/lxc/101.conf': 'hostname: tmpl\ntemplate: 1\n',
        'nodes/pve1/lxc/102.conf':
          'arch: amd64\nlock: backup\nostype: debian\nrootfs: local-lvm:vm-102-disk-0\n',
        'nodes/pve1/lxc/103.conf': 'mp0: local-lvm:x,mp=/x,quota=1\nunprivileged: 1\n',
        'nodes/pve1/qemu-server/104.conf': 'name: vm\n',
        'nodes/pve2/lxc/105.conf': 'hostname: far\n',
      },
    },
  })
  root = callAs(simulator)
})

/** Calls a power operation and returns how its task ended. */
async function power(
  action: string,
  {
    vmid = 100,
    params = {},
    call = root,
  }: { vmid?: number; params?: Record<string, string>; call?: ApiCaller } = {},
): Promise<unknown> {
  const answer = await call(`POST ${path}/${vmid}/status/${action}`, params)
  if (typeof answer !== 'string' || !answer.startsWith('UPID:')) return answer
  await clock.advance(60_000)
  const status = await root(`GET /nodes/pve1/tasks/${answer}/status`)
  return [answer.split(':')[5], Object(status).exitstatus]
}

describe('the configuration of a container', () => {
  it('is read with its pending changes', async () => {
    const answer = await root(`GET ${path}/100/config`)
    expect(answer).toEqual({
      arch: 'amd64',
      // What makes no sense is shown all the same: the original only warns of it in its log.
      bogus: '1',
      cpulimit: 'many',
      description: 'two\nlines %\n',
      digest: expect.stringMatching(/^[\da-f]{40}$/),
      env: 'A=1\0B=2',
      hostname: 'web',
      lxc: [['lxc.cgroup2.devices.allow', 'c 10:200 rwm']],
      memory: 2048,
      net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=10.0.0.7/24,ip6=auto,type=veth',
      onboot: 1,
      ostype: 'debian',
      rootfs: 'local-lvm:vm-100-disk-0,size=8G',
      swap: 256,
    })
    expect(await root(`GET ${path}/100/config`, { current: 1 })).toMatchObject({
      cores: 2,
      memory: 1024,
    })
  })

  it('hides the environment from those who may not change options', async () => {
    const alice = callAs(simulator, 'alice@pve')
    expect(await alice(`GET ${path}/100/config`)).not.toHaveProperty('env')
  })

  it('shows what waits beside what holds', async () => {
    const rows = await root(`GET ${path}/100/pending`)
    expect(rows).toContainEqual({ key: 'memory', value: 1024, pending: 2048 })
    expect(rows).toContainEqual({ key: 'cores', value: 2, delete: 1 })
    expect(rows).toContainEqual({ key: 'swap', value: 256 })
  })

  it('of a snapshot is read by its name', async () => {
    expect(await root(`GET ${path}/100/config`, { snapshot: 'before' })).toEqual({
      description: 'old\n',
      hostname: 'old',
      memory: 256,
      snaptime: 1767225600,
      digest: expect.any(String),
    })
    expect(await root(`GET ${path}/100/config`, { snapshot: 'after' })).toBe(
      "500 snapshot 'after' does not exist",
    )
    const text = "cannot use 'snapshot' parameter with 'current'"
    expect(await root(`GET ${path}/100/config`, { snapshot: 'before', current: 1 })).toEqual({
      status: 400,
      errors: { snapshot: text, current: text },
    })
  })

  it.each([`${path}/999/config`, `${path}/105/config`, `${path}/104/config`, `${path}/999/status`])(
    'that is not on the node is missing: %s',
    async (missing) => {
      const vmid = missing.split('/')[4]
      expect(await root(`GET ${missing}`)).toBe(
        `500 Configuration file 'nodes/pve1/lxc/${vmid}.conf' does not exist`,
      )
    },
  )
})

describe('the list of containers', () => {
  it('has those of the node that one may see', async () => {
    expect(await root(`GET ${path}`)).toMatchObject([
      { vmid: 100, name: 'web', status: 'stopped', type: 'lxc', cpus: 2 },
      { vmid: 101, name: 'tmpl', template: 1 },
      { vmid: 102, name: 'CT102', lock: 'backup' },
      { vmid: 103 },
    ])
    expect(await callAs(simulator, 'alice@pve')(`GET ${path}`)).toHaveLength(1)
    expect(await callAs(simulator, 'eve@pve')(`GET ${path}`)).toEqual([])
  })

  it('has sizes that follow from the configuration', async () => {
    expect(await root(`GET ${path}/100/status/current`)).toEqual({
      vmid: 100,
      type: 'lxc',
      name: 'web',
      status: 'stopped',
      uptime: 0,
      cpu: 0,
      cpus: 2,
      mem: 0,
      maxmem: 2 ** 30,
      swap: 0,
      maxswap: 2 ** 28,
      disk: 0,
      maxdisk: 2 ** 33,
      diskread: 0,
      diskwrite: 0,
      netin: 0,
      netout: 0,
      ha: { managed: 0 },
    })
    expect(await root(`GET ${path}/102/status/current`)).toMatchObject({
      cpus: 8,
      maxmem: 512 * 2 ** 20,
      maxswap: 0,
      maxdisk: 4 * 2 ** 30,
    })
  })
})

describe('a container', () => {
  it('is started, used and shut down', async () => {
    expect(await power('start')).toEqual(['vzstart', 'OK'])
    const status = await root(`GET ${path}/100/status/current`)
    expect(status).toMatchObject({ status: 'running', uptime: 59, pid: expect.any(Number) })
    expect(Number(Object(status).mem)).toBeGreaterThan(0)
    expect(await power('start')).toBe('500 CT 100 already running')
    expect(await power('shutdown')).toEqual(['vzshutdown', 'OK'])
    expect(await root(`GET ${path}/100/status/current`)).toMatchObject({ status: 'stopped' })
  })

  it('is stopped at once, and rebooted', async () => {
    await power('start')
    expect(await power('reboot')).toEqual(['vzreboot', 'OK'])
    expect(await root(`GET ${path}/100/status/current`)).toMatchObject({ status: 'running' })
    expect(await power('stop')).toEqual(['vzstop', 'OK'])
    expect(await root(`GET ${path}/100/status/current`)).toMatchObject({ status: 'stopped' })
  })

  it.each([
    ['stop', '500 CT 100 not running'],
    ['shutdown', '500 CT 100 not running'],
    ['suspend', '500 CT 100 not running'],
    ['reboot', '500 VM 100 not running'],
  ])('that is stopped refuses %s', async (action, refusal) => {
    expect(await power(action)).toBe(refusal)
  })

  it.each([
    [101, "you can't start a CT if it's a template"],
    [102, 'CT is locked (backup)'],
    [103, 'Quotas are not supported by unprivileged containers.'],
    [999, "Configuration file 'nodes/pve1/lxc/999.conf' does not exist"],
  ])('%i cannot be started: %s', async (vmid, reason) => {
    expect(await power('start', { vmid })).toEqual(['vzstart', reason])
  })

  it('that is locked is started by root alone, who may skip that', async () => {
    const token = callAs(simulator, 'root@pam!x')
    const params = { skiplock: '1' }
    expect(await power('start', { vmid: 102, params })).toEqual(['vzstart', 'OK'])
    expect(await power('stop', { vmid: 102 })).toEqual(['vzstop', 'CT is locked (backup)'])
    expect(await power('stop', { vmid: 102, params, call: token })).toMatch(/^403/)
  })

  it('that does not shut down in time keeps running, unless force is used', async () => {
    await power('start')
    expect(await power('shutdown', { params: { timeout: '1' } })).toEqual([
      'vzshutdown',
      'container did not stop',
    ])
    expect(await power('shutdown', { params: { timeout: '1', forceStop: '1' } })).toEqual([
      'vzshutdown',
      'OK',
    ])
  })

  it('cannot be frozen to disk', async () => {
    await power('start')
    expect(await power('suspend')).toEqual([
      'vzsuspend',
      "command 'lxc-checkpoint -n 100 -s -D /var/lib/vz/dump' failed: exit code 1",
    ])
    expect(await power('resume')).toBe('500 CT 100 already running')
  })

  it('lets its stop overrule a shutdown that takes long', async () => {
    await power('start')
    const shutdown = await root(`POST ${path}/100/status/shutdown`)
    expect(await power('stop', { params: { 'overrule-shutdown': '1' } })).toEqual(['vzstop', 'OK'])
    expect(await root(`GET /nodes/pve1/tasks/${String(shutdown)}/status`)).toMatchObject({
      exitstatus: 'received interrupt',
    })
  })

  it('under high availability is started by way of it', async () => {
    const { config: files, ...snapshot } = simulator.snapshot()
    const text = 'ct: 100\n\tstate stopped\n\n'
    simulator.restore({ ...snapshot, config: { ...files, 'ha/resources.cfg': text } })
    expect(await power('start')).toEqual(['hastart', 'OK'])
    expect(simulator.snapshot().config['ha/resources.cfg']).toContain('state started')
  })

  it('shows its interfaces while it runs', async () => {
    expect(await root(`GET ${path}/100/interfaces`)).toBeNull()
    await power('start')
    const eth0 = {
      name: 'eth0',
      hwaddr: 'bc:24:11:00:00:01',
      'hardware-address': 'bc:24:11:00:00:01',
      inet: '10.0.0.7/24',
      inet6: 'fe80::be24:11ff:fe00:1/64',
      'ip-addresses': [
        { 'ip-address': '10.0.0.7', 'ip-address-type': 'inet', prefix: '24' },
        { 'ip-address': 'fe80::be24:11ff:fe00:1', 'ip-address-type': 'inet6', prefix: '64' },
      ],
    }
    expect(await root(`GET ${path}/100/interfaces`)).toEqual([
      expect.objectContaining({ name: 'lo', inet: '127.0.0.1/8', inet6: '::1/128' }),
      eth0,
    ])
  })
})
