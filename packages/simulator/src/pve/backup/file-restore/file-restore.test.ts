import { unzipSync } from 'fflate'
import { decompress } from 'fzstd'
import { extract } from 'tar-stream'
import { beforeEach, describe, expect, it } from 'vitest'
import { callAs, type ApiCaller } from '../../../../test/api-caller.js'
import { createSimulator, type Simulator } from '../../../create-simulator.js'
import { instantClock } from '../../../engine/clock.js'

const machine = 'backup/vm/100/2026-01-10T02:00:00Z'
const container = 'backup/ct/200/2026-01-10T03:00:00Z'
const base = '/nodes/pve1/storage/pbs/file-restore'
const encode = (path: string): string => Buffer.from(path).toString('base64')
const files = { '/etc/hosts': '127.0.0.1 localhost\n', '/srv/data/a.txt': 'A', '/srv/b': 'ü' }
const inDisk = 'drive-scsi0.img.fidx/part/1'
let simulator: Simulator
let root: ApiCaller

beforeEach(() => {
  simulator = createSimulator({
    clock: instantClock({ start: Date.UTC(2026, 0, 15) }),
    seed: {
      nodes: { pve1: {} },
      users: { 'alice@pve': {} },
      storage: {
        local: { type: 'dir', path: '/var/lib/vz', content: 'backup' },
        pbs: {
          type: 'pbs',
          server: '192.0.2.9',
          datastore: 'store',
          volumes: [
            {
              volume: machine,
              size: '4G',
              files,
              content:
                'efidisk0: x:vm-100-disk-1,size=4M\nscsi0: x:vm-100-disk-0,size=4G\n' +
                '#qmdump#map:efidisk0:drive-efidisk0:x:raw:\n#qmdump#map:scsi0:drive-scsi0:x:raw:\n',
            },
            { volume: container, size: '1G', files, content: 'hostname: ct\n' },
          ],
        },
      },
    },
  })
  root = callAs(simulator)
})

function list(volume: string, path: string): Promise<unknown> {
  const filepath = path === '/' ? '/' : encode(path)
  return root(`GET ${base}/list`, { volume, filepath })
}

async function download(volume: string, path: string, tar = 0): Promise<Buffer> {
  const ticket = Object(
    await root('POST /access/ticket', { username: 'root@pam', password: 'proxkit' }),
  )
  const query = new URLSearchParams({ volume, filepath: encode(path), tar: String(tar) })
  const answer = await simulator.fetch(
    new Request(`https://pve1:8006/api2/json${base}/download?${query.toString()}`, {
      headers: { Cookie: `PVEAuthCookie=${encodeURIComponent(String(ticket.ticket))}` },
    }),
  )
  expect(answer.headers.get('content-type')).toBe('application/octet-stream')
  return Buffer.from(await answer.arrayBuffer())
}

describe('the files of a snapshot', () => {
  it('lie in its archives', async () => {
    const entry = { leaf: 0, type: 'v' }
    expect(await list(machine, '/')).toEqual([
      {
        ...entry,
        filepath: encode('/drive-scsi0.img.fidx'),
        text: 'drive-scsi0.img.fidx',
        size: 4 * 2 ** 30,
      },
      {
        ...entry,
        filepath: encode('/drive-efidisk0.img.fidx'),
        text: 'drive-efidisk0.img.fidx',
        size: 4 * 2 ** 20,
      },
    ])
    expect(await list(container, '/')).toEqual([
      {
        filepath: encode('/root.pxar.didx'),
        text: 'root.pxar.didx',
        type: 'd',
        leaf: 0,
        size: 2 ** 30,
      },
    ])
  })

  it('lie in partitions of the disks of a machine', async () => {
    expect(await list(machine, '/drive-scsi0.img.fidx')).toEqual([
      { filepath: encode('drive-scsi0.img.fidx/part'), text: 'part', type: 'v', leaf: 0 },
    ])
    expect(await list(machine, 'drive-scsi0.img.fidx/part')).toEqual([
      { filepath: encode(inDisk), text: '1', type: 'd', leaf: 0, size: 4 * 2 ** 30 },
    ])
    expect(await list(machine, inDisk)).toEqual([
      { filepath: encode(`${inDisk}/etc`), text: 'etc', type: 'd', leaf: 0 },
      { filepath: encode(`${inDisk}/srv`), text: 'srv', type: 'd', leaf: 0 },
    ])
  })

  it('are told with their sizes', async () => {
    expect(await list(container, '/root.pxar.didx/srv')).toEqual([
      { filepath: encode('root.pxar.didx/srv/data'), text: 'data', type: 'd', leaf: 0 },
      {
        filepath: encode('root.pxar.didx/srv/b'),
        text: 'b',
        type: 'f',
        leaf: 1,
        size: 2,
        mtime: Date.UTC(2026, 0, 10, 3) / 1000,
      },
    ])
  })

  it('come back one by one and as archives of a directory', async () => {
    expect((await download(machine, `${inDisk}/srv/b`)).toString()).toBe('ü')
    const zip = unzipSync(await download(container, 'root.pxar.didx/srv'))
    expect(Object.keys(zip)).toEqual(['srv/', 'srv/data/', 'srv/data/a.txt', 'srv/b'])
    expect(Buffer.from(zip['srv/b'] ?? []).toString()).toBe('ü')
    const tar = extract()
    tar.end(Buffer.from(decompress(await download(container, 'root.pxar.didx/srv', 1))))
    const names: string[] = []
    for await (const file of tar) {
      names.push(file.header.name)
      file.resume()
    }
    expect(names).toEqual(['srv/', 'srv/data/', 'srv/data/a.txt', 'srv/b'])
    await simulator.idle()
    expect(simulator.snapshot().tasks.at(-1)).toMatchObject({
      type: 'pbs-download',
      exitStatus: 'OK',
      log: ['Starting download of file: root.pxar.didx/srv', 'TASK OK'],
    })
  })

  it.each([
    [machine, '/nothing.blob', "500 'nothing.blob' is not supported for file-restore"],
    [machine, '/drive-ide0.img.fidx', "500 given image 'drive-ide0.img.fidx' not found"],
    [container, '/root.pxar.didx/no', '500 path "root.pxar.didx/no" not found in catalog'],
    ['ct/200/2026-01-11T03:00:00Z', '/', /^500 volume 'pbs:backup\/ct\/200\/\S+' does not exist$/],
  ])('%s %s is refused', async (volume, path, refusal) => {
    expect(await list(volume, path)).toMatch(refusal)
  })

  it('are told of backup servers alone, to those who may read the backup', async () => {
    expect(
      await root('GET /nodes/pve1/storage/local/file-restore/list', {
        volume: 'vzdump-qemu-100-2026_01_31-02_00_00.vma.zst',
        filepath: '/',
      }),
    ).toEqual({
      status: 400,
      errors: { storage: 'Only PBS storages supported for file-restore.' },
    })
    expect(
      await callAs(simulator, 'alice@pve')(`GET ${base}/list`, { volume: machine, filepath: '/' }),
    ).toBe('403 Permission check failed (/storage/pbs, Datastore.AllocateSpace)')
  })
})
