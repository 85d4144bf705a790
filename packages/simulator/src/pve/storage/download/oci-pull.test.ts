import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { vmLab, type VmLab } from '../../../../test/vm-lab.js'
import { parseReference } from './oci-registry.js'

const digestOf = (data: Buffer): string =>
  `sha256:${createHash('sha256').update(data).digest('hex')}`
const part = (data: Buffer): { digest: string; size: number } => ({
  digest: digestOf(data),
  size: data.length,
})
const config = Buffer.from('{"architecture":"amd64","os":"linux"}')
const layer = Buffer.alloc(300_000, 'layer')
const manifest = Buffer.from(JSON.stringify({ config: part(config), layers: [part(layer)] }))
const damaged = `sha256:${'0'.repeat(64)}`
const index = (architecture: string): string =>
  JSON.stringify({ manifests: [{ ...part(manifest), platform: { os: 'linux', architecture } }] })

/** A registry that wants a token, which anybody gets for what is asked for. */
const answers: Readonly<Record<string, string | Buffer>> = {
  '/v2/home/app/manifests/1.0': index('amd64'),
  '/v2/home/app/manifests/arm': index('arm64'),
  [`/v2/home/app/manifests/${digestOf(manifest)}`]: manifest,
  '/v2/home/app/manifests/damaged': JSON.stringify({
    config: part(config),
    layers: [{ digest: damaged, size: 1 }],
  }),
  [`/v2/home/app/blobs/${digestOf(config)}`]: config,
  [`/v2/home/app/blobs/${digestOf(layer)}`]: layer,
  [`/v2/home/app/blobs/${damaged}`]: 'something else',
  '/v2/home/app/tags/list': JSON.stringify({ tags: ['1.0', 'arm'] }),
  '/v2/home/app/tags/list?last=arm': JSON.stringify({ tags: ['damaged'] }),
}

let server: Server
let host: string
let lab: VmLab

beforeAll(async () => {
  server = createServer((request, response) => {
    const { url = '', headers } = request
    if (url.startsWith('/token')) {
      const scope = new URL(url, 'http://x').searchParams.get('scope')
      response.end(JSON.stringify({ token: scope }))
    } else if (headers.authorization !== 'Bearer repository:home/app:pull') {
      const realm = `http://${headers.host}/token`
      response
        .writeHead(401, {
          'WWW-Authenticate': `Bearer realm="${realm}",service="x",scope="repository:home/app:pull"`,
        })
        .end()
    } else if (answers[url] === undefined) {
      const error = { code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }
      response.writeHead(404).end(JSON.stringify({ errors: [error] }))
    } else {
      const isFirst = url === '/v2/home/app/tags/list'
      if (isFirst) response.setHeader('Link', '</v2/home/app/tags/list?last=arm>; rel="next"')
      response.end(answers[url])
    }
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})

afterAll(() => {
  server.close()
})

beforeEach(() => {
  lab = vmLab()
})

function pull(tag: string, params: Record<string, string> = {}): Promise<unknown> {
  return lab.task('POST /nodes/pve1/storage/local/oci-registry-pull', {
    reference: `${host}/home/app:${tag}`,
    ...params,
  })
}

describe('an image from a registry', () => {
  it('is a template of containers', async () => {
    expect(await pull('1.0')).toEqual({
      type: 'ociregistrypull',
      status: 'OK',
      log: [
        'Getting image source signatures',
        `Copying blob ${digestOf(layer)}`,
        `Copying config ${digestOf(config)}`,
        'Writing manifest to image destination',
      ],
    })
    const list = await lab.root('GET /nodes/pve1/storage/local/content', { content: 'vztmpl' })
    expect(list).toContainEqual(
      expect.objectContaining({
        volid: 'local:vztmpl/app_1.0.tar',
        size: layer.length + config.length,
      }),
    )
    expect(await pull('1.0')).toBe("500 refusing to override existing file 'app_1.0.tar'")
    expect(await pull('1.0', { filename: 'own name' })).toMatchObject({ status: 'OK' })
  })

  it.each([
    ['none', 'manifest unknown: manifest unknown'],
    ['arm', /^no image found in image index for architecture "amd64"/],
    ['damaged', new RegExp(`^Digest did not match, expected ${damaged}, got sha256:`)],
  ])('tagged %s is refused', async (tag, reason) => {
    const { status, log } = Object(await pull(tag))
    expect(status).toMatch(
      new RegExp(
        `^command 'skopeo copy docker://${host}/home/app:${tag} oci-archive:/var/lib/vz/template/cache/app_${tag}\\.tar\\.tmp\\.\\d+' failed: exit code 1$`,
      ),
    )
    const text: unknown = JSON.parse(log.at(-1).replace(/^time="[^"]+" level=fatal msg=/, ''))
    expect(text).toMatch(reason)
  })

  it('needs a storage for templates', async () => {
    expect(
      await lab.root('POST /nodes/pve1/storage/tank/oci-registry-pull', {
        reference: `${host}/home/app:1.0`,
      }),
    ).toBe("500 storage 'tank' is not configured for content-type 'vztmpl'")
  })

  it('has tags', async () => {
    const path = 'GET /nodes/pve1/query-oci-repo-tags'
    expect(await lab.root(path, { reference: `${host}/home/app` })).toEqual([
      '1.0',
      'arm',
      'damaged',
    ])
    expect(await lab.root(path, { reference: '127.0.0.1:1/home/app' })).toBe(
      "500 command 'skopeo list-tags docker://127.0.0.1:1/home/app' failed: exit code 1",
    )
  })
})

describe('the reference of an image', () => {
  it.each([
    ['alpine:3', { host: 'registry-1.docker.io', repository: 'library/alpine', tag: '3' }],
    ['home/app:1', { host: 'registry-1.docker.io', repository: 'home/app', tag: '1' }],
    [
      'docker.io/alpine:3',
      { host: 'registry-1.docker.io', repository: 'library/alpine', tag: '3' },
    ],
    ['ghcr.io/a/b/c:x', { host: 'ghcr.io', repository: 'a/b/c', tag: 'x' }],
    ['host:5000/app', { host: 'host:5000', repository: 'app', tag: 'latest' }],
  ])('%s', (reference, image) => {
    expect(parseReference(reference)).toEqual(image)
  })
})
