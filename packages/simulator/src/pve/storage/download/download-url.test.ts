import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { vmLab, type VmLab } from '../../../../test/vm-lab.js'

const image = Buffer.from('an image of a disk\n'.repeat(1000))
const files: Readonly<Record<string, Buffer>> = {
  '/debian.iso': image,
  '/debian.iso.gz': gzipSync(image),
  // The same as a frame of zstd without compression.
  '/debian.iso.zst': zstdFrame(image),
  '/broken.gz': Buffer.from('no gzip'),
  '/appliance.ova': Buffer.from('no archive'),
}
const sha256 = (data: Buffer | undefined): string =>
  createHash('sha256')
    .update(data ?? '')
    .digest('hex')

let server: Server
let base: string
let lab: VmLab

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*$/, '')
    if (path === '/moved') response.writeHead(302, { Location: '/debian.iso' }).end()
    else if (path === '/named') {
      response
        .writeHead(200, {
          'Content-Disposition': 'attachment; filename="other.iso"',
          'Content-Type': 'application/octet-stream; charset=binary',
          'Content-Length': '5',
        })
        .end(request.method === 'HEAD' ? undefined : '12345')
    } else if (files[path]) response.end(files[path])
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})

afterAll(() => {
  server.close()
})

beforeEach(() => {
  lab = vmLab({
    guests: [],
    files: {},
    nodes: {
      pve1: {
        files: {
          '/var/lib/pve-manager/apl-info/example.com': [
            'Package: tiny',
            'Version: 1.0',
            'Type: lxc',
            `Location: ${base}/debian.iso`,
            `sha512sum: ${createHash('sha512').update(image).digest('hex')}`,
            'Description: A tiny system',
            ' on two lines',
            '',
          ].join('\n'),
        },
      },
    },
  })
})

const path = '/nodes/pve1/storage/local/download-url'

function download(params: Readonly<Record<string, string>>): Promise<unknown> {
  return lab.task(`POST ${path}`, { content: 'iso', filename: 'new.iso', ...params })
}

async function sizeOf(volume: string): Promise<unknown> {
  const list = await lab.root('GET /nodes/pve1/storage/local/content')
  const rows: { volid: string; size: number }[] = Array.isArray(list) ? list : []
  return rows.find(({ volid }) => volid === volume)?.size
}

describe('a download', () => {
  it('fetches the file and checks it', async () => {
    const end = await download({
      url: `${base}/debian.iso`,
      checksum: sha256(image).toUpperCase(),
      'checksum-algorithm': 'sha256',
    })
    expect(end).toMatchObject({
      type: 'download',
      status: 'OK',
      log: expect.arrayContaining([
        `downloading ${base}/debian.iso to /var/lib/vz/template/iso/new.iso`,
        'calculating checksum...OK, checksum verified',
        `download of '${base}/debian.iso' to '/var/lib/vz/template/iso/new.iso' finished`,
      ]),
    })
    expect(await sizeOf('local:iso/new.iso')).toBe(image.length)
  })

  it('follows redirects', async () => {
    expect(await download({ url: `${base}/moved` })).toMatchObject({ status: 'OK' })
    expect(await sizeOf('local:iso/new.iso')).toBe(image.length)
  })

  it.each(['gz', 'zst'])('unpacks %s', async (compression) => {
    const url = `${base}/debian.iso.${compression}`
    const packed = files[`/debian.iso.${compression}`]
    const checksum = { checksum: sha256(packed), 'checksum-algorithm': 'sha256' }
    expect(await download({ url, compression, ...checksum })).toMatchObject({ status: 'OK' })
    expect(await sizeOf('local:iso/new.iso')).toBe(image.length)
  })

  it.each([
    [
      { url: '/debian.iso', checksum: '00', 'checksum-algorithm': 'md5' },
      /^checksum mismatch: got '[\da-f]{32}' != expect '00'$/,
    ],
    [{ url: '/none.iso' }, /^download failed: .* ERROR 404: Not Found\.$/],
    [{ url: '/broken.gz', compression: 'gz' }, /^download failed: incorrect header check$/],
    [
      { url: '/appliance.ova', content: 'import', filename: 'a.ova' },
      /^failed to verify file: command 'tar -t -f .*' failed: exit code 2$/,
    ],
    [
      { url: '/debian.iso', content: 'vztmpl', filename: 'a.tar.gz', compression: 'gz' },
      /^decompression not supported for vztmpl$/,
    ],
  ])('fails for %j', async ({ url, ...params }, reason) => {
    const end = Object(await download({ url: `${base}${url}`, ...params }))
    expect(end.status).toMatch(reason)
    expect(await sizeOf('local:iso/new.iso')).toBeUndefined()
  })

  it('tells of a server that is not there', async () => {
    expect(await download({ url: 'http://127.0.0.1:1/x.iso' })).toMatchObject({
      status: 'download failed: Connecting to 127.0.0.1:1... failed: Connection refused.',
    })
  })

  it('does not replace a file, and knows one that it has', async () => {
    const url = `${base}/debian.iso`
    const checksum = { checksum: sha256(image), 'checksum-algorithm': 'sha256' }
    await download({ url, ...checksum })
    expect(await download({ url })).toMatchObject({
      status: "refusing to override existing file '/var/lib/vz/template/iso/new.iso'",
    })
    expect(await download({ url, ...checksum })).toMatchObject({ status: 'OK' })
    expect(await download({ url, ...checksum, checksum: '00' })).toMatchObject({
      status: `checksum mismatch: got '${sha256(image)}' != expect '00', aborting`,
    })
  })

  it.each([
    [{ filename: 'x.txt' }, { status: 400, errors: { filename: 'wrong file extension' } }],
    [{ storage: 'none' }, "500 storage 'none' does not exist"],
    [
      { storage: 'local-lvm' },
      "500 can't upload to storage type 'lvmthin', not a file based storage!",
    ],
    [{ storage: 'tank' }, "500 storage 'tank' is not configured for content-type 'iso'"],
  ])(
    'is refused with %j',
    async ({ storage = 'local', ...params }: Record<string, string>, refusal) => {
      expect(
        await lab.root(`POST /nodes/pve1/storage/${storage}/download-url`, {
          content: 'iso',
          filename: 'x.iso',
          url: `${base}/debian.iso`,
          ...params,
        }),
      ).toEqual(refusal)
    },
  )
})

describe('what an address leads to', () => {
  const query = '/nodes/pve1/query-url-metadata'

  it('is told by its server', async () => {
    expect(await lab.root(`GET ${query}`, { url: `${base}/named` })).toEqual({
      filename: 'other.iso',
      size: 5,
      mimetype: 'application/octet-stream',
    })
    expect(await lab.root(`GET ${query}`, { url: `${base}/debian.iso?a=b` })).toMatchObject({
      filename: 'debian.iso',
    })
  })

  it('is unknown where the server says so or is not there', async () => {
    expect(await lab.root(`GET ${query}`, { url: `${base}/none` })).toBe(
      "500 invalid server response: '404 Not Found'",
    )
    expect(await lab.root(`GET ${query}`, { url: 'http://127.0.0.1:1/x' })).toBe(
      "500 invalid server response: '500 Can't connect to 127.0.0.1:1 (Connection refused)'",
    )
  })
})

describe('templates of containers', () => {
  it('are listed and fetched', async () => {
    expect(await lab.root('GET /nodes/pve1/aplinfo')).toMatchObject([
      { package: 'tiny', template: 'debian.iso', description: 'A tiny system\non two lines' },
    ])
    expect(
      await lab.root('POST /nodes/pve1/aplinfo', { storage: 'local', template: 'none' }),
    ).toEqual({ status: 400, errors: { template: 'no such template' } })
    expect(
      await lab.root('POST /nodes/pve1/aplinfo', { storage: 'tank', template: 'debian.iso' }),
    ).toBe("500 storage 'tank' does not support templates")
  })
})

/** A frame of raw blocks: RFC 8878. */
function zstdFrame(data: Buffer): Buffer {
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0])
  header.writeUInt32LE(data.length, 5)
  const block = Buffer.alloc(3)
  // The last block, raw.
  block.writeUIntLE((data.length << 3) | 1, 0, 3)
  return Buffer.concat([header, block, data])
}
