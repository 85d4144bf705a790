import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import { gzipSync } from 'node:zlib'
import { generate } from 'selfsigned'

/** A web server of a product, as far as a definition is pulled from it. */
export interface ApidocServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Its certificate (PEM). */
  readonly cert: string
  /** SHA-256 of its certificate. */
  readonly fingerprint: string
  /** The paths that were asked for. */
  readonly asked: readonly string[]
}

/**
 * Serves pages by path over HTTPS; a JavaScript file is compressed, as the original does it. Of others it tells that they
 * are elsewhere, or, where that is `silence`, nothing.
 */
export async function startApidocServer(
  pages: Readonly<Record<string, string>>,
  elsewhere: Readonly<Record<string, string>> = {},
): Promise<ApidocServer> {
  const pems = await generate([{ name: 'commonName', value: 'pve1' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'pve.test' },
        ],
      },
    ],
  })
  const asked: string[] = []
  const server = createServer({ key: pems.private, cert: pems.cert }, ({ url = '' }, response) => {
    asked.push(url)
    const page = pages[url]
    const location = elsewhere[url]
    if (location === 'silence') return
    if (location !== undefined) response.writeHead(302, { location }).end()
    else if (page === undefined) response.writeHead(404, { 'content-type': 'text/html' }).end()
    else if (!url.endsWith('.js'))
      response.writeHead(200, { 'content-type': 'text/html' }).end(page)
    else
      response
        .writeHead(200, { 'content-type': 'text/javascript', 'content-encoding': 'gzip' })
        .end(gzipSync(page))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    cert: pems.cert,
    fingerprint: new X509Certificate(pems.cert).fingerprint256,
    asked,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** A small API of PVE as its viewer gets it, with words of our own. */
export const smallApidoc = `const apiSchema = ${JSON.stringify([
  {
    path: '/nodes',
    info: {
      GET: {
        description: 'The machines.',
        parameters: { additionalProperties: 0, properties: {} },
        returns: { type: 'array', items: { type: 'object', properties: {} }, description: 'All.' },
        permissions: { user: 'all', description: 'Those one may see.' },
      },
    },
    children: [
      {
        path: '/nodes/{node}/qemu',
        info: {
          POST: {
            description: ' Makes a machine. ',
            parameters: {
              additionalProperties: 0,
              properties: {
                node: { type: 'string', format: 'pve-node', description: 'Where.' },
                vmid: { type: 'integer', minimum: 100, description: 'Its number.' },
                'net[n]': {
                  type: 'string',
                  optional: 1,
                  description: 'A card.',
                  format: {
                    model: { type: 'string', default_key: 1, description: 'Which card.' },
                    bridge: { type: 'string', optional: 1 },
                  },
                },
                target: {
                  optional: 1,
                  oneOf: [{ type: 'string' }, { type: 'integer', description: 'A number.' }],
                },
              },
            },
            returns: { type: 'string' },
            permissions: { check: ['perm', '/vms/{vmid}', ['VM.Allocate']] },
          },
        },
      },
    ],
  },
])}
let viewer = []`
