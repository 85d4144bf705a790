import { describe, expect, it } from 'vitest'
import type { ParamValue, Verb } from '@proxkit/schema'
import { vmLab, type VmLab } from '../../../test/vm-lab.js'

const local = '/storage/local'
const base = '/nodes/pve1/storage/local'
const image = 'local:100/vm-100-disk-0.raw'
const archive = 'backup/vzdump-qemu-100-2026_01_01-00_00_00.vma'

/** A cluster in which alice holds these privileges: `/storage/local Datastore.Audit`. */
function labOf(privileges: readonly string[]): VmLab {
  const lines = privileges.flatMap((text, index) => {
    const [path, privilege] = text.split(' ')
    return [`role:r${index}:${privilege}:`, `acl:1:${path}:alice@pve:r${index}:`]
  })
  return vmLab({
    files: {
      'user.cfg': ['user:root@pam:1:0:::::', 'user:alice@pve:1:0:::::', ...lines, ''].join('\n'),
    },
    guests: [{ vmid: 100, node: 'pve1', config: { scsi0: `${image},size=1G` } }],
    storage: {
      local: {
        type: 'dir',
        path: '/var/lib/vz',
        content: 'images,iso,backup,import,snippets,vztmpl',
        'prune-backups': 'keep-all=1',
        volumes: [
          { volume: 'iso/a.iso', size: '1M' },
          { volume: 'import/a.qcow2', size: '1M' },
          { volume: 'snippets/a.sh', size: '1K' },
          { volume: 'vztmpl/a.tar.gz', size: '1M' },
          { volume: archive, size: '1M', content: 'memory: 512\n' },
          { volume: 'backup/other.vma', size: '1M' },
        ],
      },
    },
  })
}

describe('the content of a storage', () => {
  const templates = ['import/a.qcow2', 'iso/a.iso', 'vztmpl/a.tar.gz']
  it.each([
    [['Datastore.Audit'], [], templates],
    [['Datastore.AllocateSpace'], [], templates],
    [['Datastore.Audit'], ['VM.Config.Disk'], ['100/vm-100-disk-0.raw', ...templates]],
    [['Datastore.AllocateSpace'], ['VM.Config.Disk'], templates],
    [['Datastore.AllocateSpace'], ['VM.Backup'], [archive, ...templates]],
    [['Datastore.Audit'], ['VM.Backup'], templates],
    [
      ['Datastore.Audit', 'Datastore.Allocate'],
      [],
      ['100/vm-100-disk-0.raw', 'backup/other.vma', archive, ...templates, 'snippets/a.sh'],
    ],
  ])('that %j on it and %j on the guest shows is %j', async (onStorage, onGuest, shown) => {
    const lab = labOf([
      ...onStorage.map((privilege) => `${local} ${privilege}`),
      ...onGuest.map((privilege) => `/vms/100 ${privilege}`),
    ])
    const rows = await lab.as('alice@pve')(`GET ${base}/content`)
    const names = Array.isArray(rows) ? rows.map(({ volid }) => String(volid).slice(6)) : rows
    expect(names).toEqual(shown.toSorted())
  })
})

type Case = readonly [
  call: `${Verb} ${string}`,
  params: Readonly<Record<string, ParamValue>>,
  /** All of these are needed. */
  needed: readonly string[],
]

const audit = `${local} Datastore.Audit`
const space = `${local} Datastore.AllocateSpace`
const allocate = `${local} Datastore.Allocate`
const template = `${local} Datastore.AllocateTemplate`
const encoded = encodeURIComponent

const cases: readonly Case[] = [
  [`GET ${base}/status`, {}, [audit]],
  [`GET ${base}/status`, {}, [space]],
  [`GET ${base}/rrddata`, { timeframe: 'hour' }, [audit]],
  [`GET ${base}/content`, {}, [space]],
  [`POST ${base}/content`, { filename: 'vm-100-disk-9.raw', vmid: 100, size: '1M' }, [space]],
  [`GET ${base}/content/${encoded(image)}`, {}, [audit, '/vms/100 VM.Config.Disk']],
  [`GET ${base}/content/${encoded('local:iso/a.iso')}`, {}, [audit]],
  [`GET ${base}/content/${encoded('local:iso/a.iso')}`, {}, [space]],
  [`GET ${base}/content/${encoded(`local:${archive}`)}`, {}, [space, '/vms/100 VM.Backup']],
  [`GET ${base}/content/${encoded('local:snippets/a.sh')}`, {}, [allocate]],
  [
    `PUT ${base}/content/${encoded(`local:${archive}`)}`,
    { notes: 'x' },
    [space, '/vms/100 VM.Backup'],
  ],
  [`PUT ${base}/content/${encoded(`local:backup/other.vma`)}`, { notes: 'x' }, [allocate]],
  [`DELETE ${base}/content/${encoded(`local:${archive}`)}`, {}, [space, '/vms/100 VM.Backup']],
  [`DELETE ${base}/content/${encoded('local:backup/other.vma')}`, {}, [allocate]],
  [`DELETE ${base}/content/${encoded('local:iso/a.iso')}`, {}, [allocate]],
  [`DELETE ${base}/content/${encoded(image)}`, {}, [allocate]],
  [
    `POST ${base}/download-url`,
    { url: 'http://127.0.0.1:9/a.iso', content: 'iso', filename: 'b.iso' },
    [template, '/nodes/pve1 Sys.AccessNetwork'],
  ],
  [
    `POST ${base}/oci-registry-pull`,
    { reference: '127.0.0.1:9/a:b' },
    [template, '/nodes/pve1 Sys.AccessNetwork'],
  ],
  [`GET ${base}/prunebackups`, {}, [audit]],
  [`GET ${base}/prunebackups`, {}, [space]],
  [`DELETE ${base}/prunebackups`, { vmid: 100 }, [space, '/vms/100 VM.Backup']],
  [`DELETE ${base}/prunebackups`, {}, [allocate]],
  [`GET ${base}/import-metadata`, { volume: 'import/a.qcow2' }, [audit]],
  [`GET ${base}/identity`, {}, [audit]],
  [
    `GET /nodes/pve1/vzdump/extractconfig`,
    { volume: `local:${archive}` },
    [space, '/vms/100 VM.Backup'],
  ],
  ['POST /nodes/pve1/vzdump', { vmid: 100, storage: 'local' }, [space]],
  ['GET /storage/local', {}, [allocate]],
  ['PUT /storage/local', { disable: 0 }, ['/storage Datastore.Allocate']],
  ['DELETE /storage/local', {}, ['/storage Datastore.Allocate']],
  [
    'POST /storage',
    { storage: 'more', type: 'dir', path: '/srv/more' },
    ['/storage Datastore.Allocate'],
  ],
]

describe('a call about a storage', () => {
  it.each(cases)('%s with %j needs %j', async (call, params, needed) => {
    const answer = await labOf(needed).as('alice@pve')(call, params)
    expect(String(answer)).not.toMatch(/^403 |missing privileges/)
    for (const left of needed) {
      const others = needed.filter((privilege) => privilege !== left)
      const refusal = await labOf(others).as('alice@pve')(call, params)
      expect(String(refusal)).toMatch(/^403 Permission check failed|^500 missing privileges/)
    }
  })

  it('that copies a volume is left to root', async () => {
    const lab = labOf(['/ Datastore.Allocate', '/ Sys.Modify'])
    const call = `POST ${base}/content/${encoded(image)}` as const
    expect(await lab.as('alice@pve')(call, { target: 'local:100/vm-100-disk-5.raw' })).toBe(
      '403 Permission check failed (user != root@pam)',
    )
  })
})
