import { describe, expect, it } from 'vitest'
import { createSimulator } from '../create-simulator.js'
import { verifyPassword } from '../pve/access/password.js'
import { buildSeed } from './build-seed.js'
import { SeedError } from './seed-error.js'
import type { Seed } from './seed.js'

const now = Date.UTC(2026, 0, 15)

const minimal: Seed = { nodes: { pve: {} } }

function config(seed: Seed): Readonly<Record<string, string>> {
  return buildSeed(seed, { now }).config
}

describe('single', () => {
  it('has one node that is not clustered and no guests', () => {
    const { config: files, nodes, guests } = buildSeed('single', { now })
    expect(Object.keys(nodes)).toEqual(['pve'])
    expect(Object.keys(files).toSorted()).toEqual(['datacenter.cfg', 'storage.cfg', 'user.cfg'])
    expect(guests).toEqual({})
  })

  it('has the storages and the bridge of an installation', () => {
    const { config: files, nodes } = buildSeed('single', { now })
    expect(files['storage.cfg']).toBe(
      'dir: local\n\tpath /var/lib/vz\n\tcontent iso,vztmpl,backup,import\n\n' +
        'lvmthin: local-lvm\n\tthinpool data\n\tvgname pve\n\tcontent rootdir,images\n\n',
    )
    expect(nodes.pve?.files['/etc/network/interfaces']).toContain(
      'iface vmbr0 inet static\n\taddress 192.0.2.10/24\n\tgateway 192.0.2.1\n\tbridge-ports nic0\n',
    )
  })

  it('takes the password of root from the caller, else `proxkit`', async () => {
    const usual = buildSeed('single', { now }).passwords['root@pam'] ?? ''
    const own = buildSeed('single', { now, rootPassword: 'other' }).passwords['root@pam'] ?? ''
    expect(await verifyPassword('proxkit', usual)).toBe(true)
    expect(await verifyPassword('other', own)).toBe(true)
  })
})

describe('realms', () => {
  const corp = { type: 'ldap', server1: 'a.test', base_dn: 'dc=test', user_attr: 'uid' } as const

  it('stand in domains.cfg, their passwords apart', () => {
    const files = config({ ...minimal, realms: { corp: { ...corp, secure: 1, password: 'x' } } })
    expect(files['domains.cfg']).toBe(
      'ldap: corp\n\tbase_dn dc=test\n\tserver1 a.test\n\tuser_attr uid\n\tsecure 1\n\n',
    )
    expect(files['priv/realm/corp.pw']).toBe('x')
  })

  it('have what their type needs', () => {
    const { base_dn: _, ...incomplete } = corp
    expect(() => config({ ...minimal, realms: { corp: incomplete } })).toThrow(
      new SeedError('realms.corp', "missing value for required option 'base_dn'"),
    )
  })
})

describe('second factors', () => {
  it('stand where the product keeps them, recovery keys as hashes', () => {
    const { config } = buildSeed(
      {
        nodes: { pve1: {} },
        users: {
          'joe@pve': { totp: 'jbswy3dpehpk3pxp', recovery: ['a-b'] },
          'ann@pve': { password: 'x' },
        },
      },
      { now },
    )
    expect(config['user.cfg']).toContain('user:joe@pve:1:0:::::x:\n')
    expect(config['user.cfg']).toContain('user:ann@pve:1:0::::::\n')
    const created = Math.floor(now / 1000)
    expect(JSON.parse(config['priv/tfa.cfg'] ?? '')).toEqual({
      users: {
        'joe@pve': {
          totp: [
            {
              id: expect.any(String),
              description: 'seed',
              created,
              entry:
                'otpauth://totp/joe%40pve?secret=JBSWY3DPEHPK3PXP&digits=6&algorithm=SHA1&period=30',
            },
          ],
          recovery: {
            secret: expect.any(String),
            entries: [expect.stringMatching(/^[\da-f]{64}$/)],
            created,
          },
        },
      },
    })
  })

  it('need no file where nobody has one', () => {
    expect(buildSeed('single', { now }).config).not.toHaveProperty(['priv/tfa.cfg'])
  })
})

describe('lab', () => {
  const lab = buildSeed('lab', { now })

  it('has a dozen guests of both kinds over three nodes', () => {
    const files = Object.keys(lab.config).filter((path) => /\/\d+\.conf$/.test(path))
    expect(files).toHaveLength(12)
    expect(new Set(files.map((path) => path.split('/')[1]))).toEqual(
      new Set(['pve1', 'pve2', 'pve3']),
    )
    expect(Object.keys(lab.guests)).toEqual(['100', '101', '102', '104', '200', '201', '203'])
  })

  it('has every volume that its guests name', () => {
    const volumes = Object.fromEntries(
      lab.backings.map(({ key, volumes: stored }) => [key, stored.map(({ name }) => name)]),
    )
    expect(volumes).toEqual({
      'dir:pve1:/var/lib/vz': [
        'template/iso/debian-13.1.0-amd64-netinst.iso',
        'template/cache/debian-13-standard_13.1-2_amd64.tar.zst',
      ],
      'dir:pve2:/var/lib/vz': [
        'template/iso/debian-13.1.0-amd64-netinst.iso',
        'template/cache/debian-13-standard_13.1-2_amd64.tar.zst',
      ],
      'dir:pve3:/var/lib/vz': [
        'template/iso/debian-13.1.0-amd64-netinst.iso',
        'template/cache/debian-13-standard_13.1-2_amd64.tar.zst',
      ],
      'lvmthin:pve1:pve/data': [
        'vm-100-disk-0',
        'vm-106-disk-0',
        'vm-9000-cloudinit',
        'base-9000-disk-0',
        'vm-200-disk-0',
      ],
      'lvmthin:pve2:pve/data': [
        'vm-102-disk-0',
        'vm-102-disk-1',
        'vm-201-disk-0',
        'vm-202-disk-1',
        'vm-202-disk-0',
      ],
      'lvmthin:pve3:pve/data': ['vm-104-disk-0', 'vm-105-disk-0', 'vm-105-disk-1'],
      'nfs::192.0.2.5:/export/tank': [
        'images/101/vm-101-disk-0.qcow2',
        'images/103/vm-103-disk-0.qcow2',
        'images/203/vm-203-disk-0.raw',
      ],
    })
  })

  it('writes users, tokens and rights as the product does', () => {
    expect(lab.config['user.cfg']).toBe(
      'user:alice@pve:1:0:Alice::alice@example.com:::\n' +
        'token:alice@pve!deploy:0:1::\n' +
        'user:auditor@pve:1:0::::may look at everything::\n' +
        'user:bob@pve:1:0:Bob:::::\n' +
        'user:root@pam:1:0:::root@example.com:::\n' +
        'token:root@pam!ci:0:0:for scripts:\n\n' +
        'group:ops:alice@pve,bob@pve:operators:\n\n' +
        'pool:playground::106::\n' +
        'pool:production:what must run:100,101,102,200:tank:\n\n' +
        '\n' +
        'acl:1:/:auditor@pve:PVEAuditor:\n' +
        'acl:1:/pool/production:@ops:PVEVMAdmin:\n' +
        'acl:1:/pool/production:alice@pve!deploy:PVEVMUser:\n' +
        'acl:1:/storage:@ops:PVEDatastoreUser:\n' +
        'acl:1:/vms/106:bob@pve:PVEVMAdmin:\n',
    )
    expect(lab.config['priv/token.cfg']).toBe(
      'alice@pve!deploy 00000000-0000-4000-8000-000000000002\n' +
        'root@pam!ci 00000000-0000-4000-8000-000000000001\n',
    )
  })

  it('is the same at every start but for password salts', () => {
    const again = buildSeed('lab', { now })
    expect({ ...again, passwords: {} }).toEqual({ ...lab, passwords: {} })
  })
})

describe('guests', () => {
  it('are written as sorted lines after their description', () => {
    const files = config({
      ...minimal,
      guests: [
        { vmid: 100, node: 'pve', config: { name: 'a', cores: 2, description: '50% 10:30\nü' } },
      ],
    })
    expect(files['nodes/pve/qemu-server/100.conf']).toBe(
      '#50%25 10%3A30\n#%C3%BC\ncores: 2\nname: a\n',
    )
  })

  it('in files replace generated ones and get their volumes', () => {
    const path = 'nodes/pve/lxc/100.conf'
    const { config: files, backings } = buildSeed(
      {
        ...minimal,
        guests: [{ vmid: 100, type: 'lxc', node: 'pve', config: { hostname: 'a' } }],
        files: {
          [path]: 'hostname: b\nrootfs: local-lvm:vm-100-disk-0,size=4G\nmp0: gone:x,size=1G\n',
        },
      },
      { now },
    )
    expect(files[path]).toContain('hostname: b')
    expect(backings.find(({ key }) => key === 'lvmthin:pve:pve/data')?.volumes).toEqual([
      {
        name: 'vm-100-disk-0',
        size: 2 ** 32,
        used: Math.ceil(2 ** 32 * 0.4),
        ctime: now / 1000 - 86_400,
      },
    ])
  })

  it('of linked clones know their base', () => {
    const { backings } = buildSeed(
      {
        nodes: { pve: {} },
        storage: { files: { type: 'dir', path: '/srv', content: 'images' } },
        guests: [
          {
            vmid: 100,
            node: 'pve',
            config: { template: 1, scsi0: 'files:100/base-100-disk-0.qcow2,size=1G' },
          },
          {
            vmid: 101,
            node: 'pve',
            config: { scsi0: 'files:100/base-100-disk-0.qcow2/101/vm-101-disk-0.qcow2,size=1G' },
          },
        ],
      },
      { now },
    )
    expect(backings[0]?.volumes.map(({ name, parent }) => [name, parent])).toEqual([
      ['images/100/base-100-disk-0.qcow2', undefined],
      ['images/101/vm-101-disk-0.qcow2', 'images/100/base-100-disk-0.qcow2'],
    ])
  })
})

describe('rights', () => {
  it('of several roles on one path share a line', () => {
    const files = config({
      ...minimal,
      users: { 'a@pve': {}, 'b@pve': {} },
      acl: [
        { path: '/vms', role: 'PVEVMUser', user: 'b@pve' },
        { path: '/vms', role: 'PVEAuditor', user: 'b@pve' },
        { path: '/vms', role: 'PVEVMUser', user: 'a@pve' },
        { path: '/vms', role: 'PVEAuditor', user: 'a@pve' },
        { path: '/vms', role: 'NoAccess', user: 'a@pve', propagate: false },
      ],
    })
    expect(files['user.cfg']?.split('\n').filter((line) => line.startsWith('acl'))).toEqual([
      'acl:0:/vms:a@pve:NoAccess:',
      'acl:1:/vms:a@pve,b@pve:PVEAuditor,PVEVMUser:',
    ])
  })
})

describe('media', () => {
  it('of a stated size must hold their volumes', () => {
    const seed: Seed = {
      ...minimal,
      storage: {
        local: {
          type: 'dir',
          path: '/srv',
          size: '1G',
          volumes: [{ volume: 'iso/a.iso', size: '2G' }],
        },
      },
    }
    expect(() => buildSeed(seed, { now })).toThrow(
      new SeedError(
        'storage.local.size',
        '1G cannot hold the volumes on it: they take 2415919104 bytes',
      ),
    )
  })
})

describe('clusters', () => {
  it('have corosync.conf with every node', () => {
    const files = config({
      cluster: 'one',
      nodes: { b: { ip: '10.0.0.2' }, a: { ip: '10.0.0.1' } },
    })
    expect(files['corosync.conf']).toContain('  cluster_name: one\n  config_version: 2\n')
    expect(files['corosync.conf']).toContain(
      'nodelist {\n  node {\n    name: a\n    nodeid: 2\n    quorum_votes: 1\n    ring0_addr: 10.0.0.1\n  }\n',
    )
  })
})

describe('volumes of a storage', () => {
  it('have what the seed tells of them', async () => {
    const volume = 'backup/vm/100/2026-01-10T02:00:00Z'
    const simulator = createSimulator({
      seed: {
        nodes: { pve1: {} },
        storage: {
          pbs: {
            type: 'pbs',
            server: '192.0.2.9',
            datastore: 'store',
            volumes: [
              {
                volume,
                size: '4G',
                content: 'name: web\n',
                notes: 'weekly',
                protected: true,
                verification: 'failed',
              },
            ],
          },
        },
      },
    })
    const { data } = await simulator
      .transport()
      .send({ verb: 'GET', path: '/nodes/pve1/storage/pbs/content', params: {} })
    expect(data).toEqual([
      {
        volid: `pbs:${volume}`,
        content: 'backup',
        ctime: Date.UTC(2026, 0, 10, 2) / 1000,
        format: 'pbs-vm',
        subtype: 'qemu',
        vmid: 100,
        size: 4 * 2 ** 30,
        notes: 'weekly',
        protected: 1,
        verification: {
          state: 'failed',
          upid: expect.stringMatching(
            /^UPID:192\.0\.2\.9:[\dA-F:]{35}:verificationjob:store:root@pam:$/,
          ),
        },
      },
    ])
    const config = await simulator.transport().send({
      verb: 'GET',
      path: '/nodes/pve1/vzdump/extractconfig',
      params: { volume: `pbs:${volume}` },
    })
    expect(config.data).toBe('name: web\n')
  })
})
