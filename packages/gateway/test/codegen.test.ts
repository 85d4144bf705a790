import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectServer } from '@proxkit/client/server'
import {
  type AuditRecord,
  type CodegenOptions,
  createGateway,
  type Gateway,
} from '@proxkit/gateway'
import { loadDefinition } from '@proxkit/schema'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type ApidocServer,
  smallApidoc,
  startApidocServer,
} from '../../schema/test/apidoc-server.js'
import { rawExchange } from './raw-exchange.js'

const key = 'key-of-the-test-0123456789'
const apidocPath = '/pve-docs/api-viewer/apidoc.js'
const page = '<script src="/pve2/js/pvemanagerlib.js?ver=9.2.4"></script>'

let source: ApidocServer
let folder: string
beforeAll(async () => {
  source = await startApidocServer({ [apidocPath]: smallApidoc, '/': page })
  folder = mkdtempSync(join(tmpdir(), 'proxkit-codegen-'))
})
afterAll(async () => {
  await source[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

interface Lab extends AsyncDisposable {
  readonly gateway: Gateway
  readonly records: readonly AuditRecord[]
  generate(parameters?: object, headers?: Record<string, string>): Promise<Answer>
  get(path: string): Promise<Answer & { readonly text: string }>
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: unknown
}

/** A gateway that generates from the source of the test, without a server behind it. */
function lab(given: Partial<CodegenOptions> = {}): Lab {
  const records: AuditRecord[] = []
  const upstream = connectServer({ product: 'pve', url: 'http://127.0.0.1:1' })
  const gateway = createGateway({
    clusters: [
      { name: 'lab', definition: loadDefinition({ product: 'pve', version: '9.2' }), upstream },
    ],
    mode: 'real',
    definitions: mkdtempSync(join(folder, 'cache-')),
    codegen: {
      key,
      sources: [`127.0.0.1:${source.port}`, `pve.test:${source.port}`],
      networks: ['127.0.0.0/8'],
      ca: source.cert,
      generatePerHour: 100,
      readPerHour: 100,
      audit: (record) => void records.push(record),
      ...given,
    },
  })
  const authorization = `Bearer ${key}`
  return {
    gateway,
    records,
    async generate(parameters = { source_url: source.url }, headers = { authorization }) {
      const answer = await gateway.inject({
        method: 'POST',
        url: '/codegen/generate',
        headers,
        payload: parameters,
      })
      return { status: answer.statusCode, headers: answer.headers, body: answer.json() }
    },
    async get(url) {
      const { statusCode, headers, body } = await gateway.inject({
        url,
        headers: { authorization },
      })
      const isJson = String(headers['content-type']).includes('json')
      return { status: statusCode, headers, text: body, body: isJson ? JSON.parse(body) : body }
    },
    async [Symbol.asyncDispose]() {
      await gateway.close()
      await upstream.close()
    },
  }
}

describe('a generated version', () => {
  test('is told, and served at once by all that serves versions', async () => {
    await using own = lab()
    expect((await own.get('/openapi.json?version=9.2.4')).status).toBe(404)
    const generated = await own.generate()
    expect(generated).toMatchObject({
      status: 201,
      headers: { location: '/codegen/openapi?product=pve&version_tag=9.2.4' },
    })
    expect(generated.body).toEqual({
      message: 'Generation completed',
      product: 'pve',
      version_tag: '9.2.4',
      source_url: `${source.url}${apidocPath}`,
      generated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      endpoint_count: 3,
      operation_count: 3,
      persisted: true,
    })

    const versions = (await own.get('/versions')).body
    expect(versions).toMatchObject([
      { version: '9.2.4', served: false, openapi: '/openapi.json?version=9.2.4' },
      { version: '9.2', served: true },
      { version: '9.1' },
      { version: '8.4' },
      { version: '7.4' },
    ])
    expect((await own.get('/versions/latest')).body).toMatchObject({ version: '9.2.4' })
    const rest = await own.get('/openapi.json?version=9.2.4')
    expect(rest.body).toMatchObject({ info: { version: '9.2.4' }, servers: [{ url: '/' }] })
    expect(rest.text).toContain('/nodes/{node}/qemu')
    expect((await own.get('/codegen/versions')).body).toEqual({
      versions: ['9.2.4', '9.2', '9.1', '8.4', '7.4'],
      latest: '9.2.4',
      generated: [
        {
          product: 'pve',
          version_tag: '9.2.4',
          source_url: `${source.url}${apidocPath}`,
          generated_at: expect.any(String),
        },
      ],
    })
  })

  test('is written as a document and as code', async () => {
    await using own = lab()
    await own.generate({ source_url: source.url, version_tag: '9.3' })
    const openapi = await own.get('/codegen/openapi?version_tag=9.3')
    expect(openapi.body).toMatchObject({
      openapi: '3.1.1',
      info: { version: '9.3' },
      servers: [{ url: 'https://{host}:{port}/api2/json' }],
    })
    for (const [kind, part] of [
      ['pydantic', 'from pydantic import'],
      ['typescript', "'/nodes/{node}/qemu'"],
      ['zod', "from 'zod'"],
    ] as const) {
      const { status, headers, text } = await own.get(`/codegen/${kind}`)
      expect([status, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8'])
      expect(text).toContain(part)
    }
    expect((await own.get('/codegen/openapi?product=pmg')).body).toMatchObject({
      info: { title: 'Proxmox Mail Gateway API', version: '9.1' },
    })
  })

  test('takes the place of the one that was generated before it', async () => {
    const pages: Record<string, string> = { [apidocPath]: smallApidoc, '/': page }
    await using changing = await startApidocServer(pages)
    await using own = lab({ sources: [`127.0.0.1:${changing.port}`], ca: changing.cert })
    await own.generate({ source_url: changing.url })
    const verbs = async (url: string): Promise<unknown> =>
      Object(await own.get(url)).body.paths['/nodes/{node}/qemu']
    for (const url of ['/openapi.json?version=9.2.4', '/codegen/openapi']) {
      expect(await verbs(url)).toHaveProperty('post')
    }
    pages[apidocPath] = smallApidoc.replace('"POST"', '"PUT"')
    await own.generate({ source_url: changing.url })
    for (const url of ['/openapi.json?version=9.2.4', '/codegen/openapi']) {
      expect(await verbs(url)).toHaveProperty('put')
    }
  })

  test('is only looked at where it is not to be kept', async () => {
    await using own = lab()
    const looked = await own.generate({ source_url: source.url, persist: false })
    expect([looked.status, looked.headers['location']]).toEqual([200, undefined])
    expect(looked.body).toMatchObject({ operation_count: 3, persisted: false })
    expect((await own.get('/versions/latest')).body).toMatchObject({ version: '9.2' })
  })
})

describe('the key', () => {
  test('is needed by all routes, and compared as a whole', async () => {
    await using own = lab()
    const before = source.asked.length
    for (const [method, path] of [
      ['POST', 'generate'],
      ['GET', 'openapi'],
      ['GET', 'pydantic'],
      ['GET', 'typescript'],
      ['GET', 'zod'],
      ['GET', 'versions'],
    ] as const) {
      for (const authorization of [
        undefined,
        '',
        key,
        `Basic ${key}`,
        `Bearer ${key}x`,
        'Bearer ',
      ]) {
        const headers = authorization === undefined ? {} : { authorization }
        const answer = await own.gateway.inject({ method, url: `/codegen/${path}`, headers })
        expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'Bearer'])
        expect(answer.json()).toEqual({
          detail: expect.stringMatching('^the key for code generation is needed as a bearer token'),
        })
      }
    }
    expect(source.asked).toHaveLength(before)
  })

  test('is none where none was given, whatever is shown', async () => {
    await using own = lab({ key: undefined })
    for (const headers of [
      {},
      { authorization: 'Bearer undefined' },
      { authorization: 'Bearer ' },
    ]) {
      const answer = await own.generate({}, headers)
      expect(answer).toMatchObject({
        status: 403,
        body: { detail: expect.stringContaining('PROXKIT_CODEGEN_KEY') },
      })
    }
  })

  test('comes before the body is read', async () => {
    await using own = lab()
    const url = await own.gateway.listen()
    const head = 'POST /codegen/generate HTTP/1.1\r\nHost: a\r\nConnection: close\r\n'
    const long = `${head}Content-Type: application/json\r\nContent-Length: 400000\r\n\r\n`
    expect(await rawExchange(url, `${long}{`)).toMatch(/^HTTP\/1\.1 401 /)
  })
})

describe('how often', () => {
  test('an address may generate, and read each kind, is counted by the hour', async () => {
    await using own = lab({ generatePerHour: 1, readPerHour: 2 })
    expect((await own.generate()).status).toBe(201)
    const refused = await own.generate()
    expect(refused.status).toBe(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect(refused.body).toEqual({
      detail: expect.stringMatching(
        /^the limit of \/codegen\/generate is 1 in an hour; come again in \d+ seconds$/,
      ),
      rule: 'rate',
    })
    for (const kind of ['openapi', 'zod']) {
      const statuses = []
      for (let call = 0; call < 3; call++) statuses.push((await own.get(`/codegen/${kind}`)).status)
      expect(statuses).toEqual([200, 200, 429])
    }
    expect((await own.get('/codegen/versions')).status).toBe(200)
  })

  test('what is refused before anything is fetched does not count', async () => {
    await using own = lab({ generatePerHour: 1 })
    const statuses = []
    for (const parameters of [
      { source_url: 'https://evil.example' },
      { source_url: 'http://127.0.0.1' },
      { workers: 10 },
      { source_url: source.url, version_tag: '../x' },
      { source_url: source.url, version_tag: '9.2' },
      { source_url: source.url },
    ]) {
      statuses.push((await own.generate(parameters)).status)
    }
    expect(statuses).toEqual([400, 400, 422, 422, 409, 201])
  })
})

describe('sources', () => {
  test('that are not on the list are refused before their name is resolved', async () => {
    const resolved: string[] = []
    await using own = lab({
      lookup: (host, _options, callback) => {
        resolved.push(host)
        callback(new Error('not resolved'), '')
      },
    })
    expect(await own.generate({ source_url: 'https://evil.example/' })).toMatchObject({
      status: 400,
      body: {
        detail: `nothing is fetched from this source: evil.example is none of the hosts that are allowed: 127.0.0.1:${source.port}, pve.test:${source.port}`,
        errors: [{ field: 'source_url' }],
      },
    })
    expect(resolved).toEqual([])
  })

  test('that are at an address that is not public are refused, and nothing is connected to', async () => {
    let at = ''
    await using own = lab({
      networks: [],
      lookup: (_host, _options, callback) =>
        callback(null, [{ address: at, family: at.includes(':') ? 6 : 4 }]),
    })
    const before = source.asked.length
    for (at of [
      '127.0.0.1',
      '10.0.0.1',
      '169.254.169.254',
      '::1',
      '::ffff:127.0.0.1',
      '64:ff9b::7f00:1',
    ]) {
      expect(await own.generate({ source_url: `https://pve.test:${source.port}` })).toMatchObject({
        status: 400,
        body: {
          detail: `nothing is fetched from this source: it is at ${at}, which is not a public address`,
        },
      })
    }
    expect(source.asked).toHaveLength(before)
  })

  test('whose name leads elsewhere the next time are refused then', async () => {
    const answers = ['127.0.0.1', '10.0.0.1']
    await using own = lab({
      lookup: (_host, _options, callback) =>
        callback(null, [{ address: answers.shift() ?? '', family: 4 }]),
    })
    const before = source.asked.length
    expect(await own.generate({ source_url: `https://pve.test:${source.port}` })).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('it is at 10.0.0.1') },
    })
    expect(source.asked.slice(before)).toEqual([apidocPath])
    expect((await own.get('/versions/latest')).body).toMatchObject({ version: '9.2' })
  })

  test('that lead elsewhere, are silent about their API, or not to be trusted, are told', async () => {
    await using redirecting = await startApidocServer({}, { [apidocPath]: source.url })
    await using empty = await startApidocServer({})
    const sources = [redirecting, empty].map(({ port }) => `127.0.0.1:${port}`)
    await using own = lab({ sources, ca: redirecting.cert })
    const before = source.asked.length
    expect(await own.generate({ source_url: redirecting.url })).toMatchObject({
      status: 502,
      body: {
        detail: `${redirecting.url}${apidocPath} leads elsewhere (302), and is not followed`,
      },
    })
    expect(source.asked).toHaveLength(before)
    expect(await own.generate({ source_url: empty.url })).toMatchObject({
      status: 502,
      body: { detail: expect.stringContaining('self-signed certificate') },
    })
    await using trusting = lab({ sources, ca: empty.cert })
    expect(await trusting.generate({ source_url: empty.url })).toMatchObject({
      status: 502,
      body: { detail: `${empty.url} serves no API description: none at ${apidocPath}` },
    })
  })
})

test('every call is written down, with what came of it, and no secret', async () => {
  await using own = lab({ generatePerHour: 1 })
  await own.generate({ source_url: source.url }, {})
  await own.generate({ source_url: 'https://root:geheim@pve.test' })
  await own.generate()
  await own.generate()
  await own.get('/codegen/openapi?version_tag=1.0')
  await own.get('/codegen/versions')
  const known = { request: expect.any(String), from: '127.0.0.1', time: expect.any(String) }
  expect(own.records).toMatchObject([
    { ...known, verb: 'POST', path: '/codegen/generate', outcome: 'refused', status: 401 },
    {
      parameters: { source_url: 'https://***@pve.test' },
      outcome: 'refused',
      status: 400,
      message: expect.stringContaining('it holds a login'),
    },
    { parameters: { source_url: source.url }, outcome: 'answered', status: 201 },
    { outcome: 'refused', status: 429 },
    { verb: 'GET', parameters: { version_tag: '1.0' }, outcome: 'refused', status: 404 },
    { path: '/codegen/versions', outcome: 'answered', status: 200 },
  ])
  expect(JSON.stringify(own.records)).not.toMatch(/geheim|key-of-the-test/)
})

test('without a place for them the calls are in the log', async () => {
  const lines: string[] = []
  const upstream = connectServer({ product: 'pve', url: 'http://127.0.0.1:1' })
  await using gateway = createGateway({
    clusters: [
      { name: 'lab', definition: loadDefinition({ product: 'pve', version: '9.2' }), upstream },
    ],
    mode: 'real',
    log: { level: 'info', stream: { write: (line) => void lines.push(line) } },
  })
  await gateway.inject({ url: '/codegen/versions' })
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ msg: 'code generation', path: '/codegen/versions', status: 403 }),
  )
})

test('other verbs and paths are refused as such', async () => {
  await using own = lab()
  const answers = []
  for (const [method, path] of [
    ['GET', 'generate'],
    ['DELETE', 'generate'],
    ['POST', 'openapi'],
    ['GET', 'nothing'],
    ['GET', 'constructor'],
  ] as const) {
    const headers = { authorization: `Bearer ${key}` }
    const answer = await own.gateway.inject({ method, url: `/codegen/${path}`, headers })
    answers.push([answer.statusCode, answer.headers['allow']])
  }
  expect(answers).toEqual([
    [405, 'POST'],
    [405, 'POST'],
    [405, 'GET'],
    [404, undefined],
    [404, undefined],
  ])
})

test('parameters that are unknown or wrong are told, each by its name', async () => {
  await using own = lab()
  for (const [parameters, errors] of [
    [{ workers: 10 }, [{ field: 'workers', message: 'there is no such parameter' }]],
    [
      { version_tag: '9/2' },
      [{ field: 'version_tag', message: 'a tag is a version, such as 9.2.4' }],
    ],
    [{ product: 'esx' }, [{ field: 'product' }]],
    [{ persist: 'perhaps', source_url: 1 }, [{ field: 'source_url' }, { field: 'persist' }]],
  ]) {
    expect(await own.generate(parameters)).toMatchObject({ status: 422, body: { errors } })
  }
})

test('the routes are told by the document of the served version, and by no other', async () => {
  const definition = loadDefinition({ product: 'pmg', version: '9.1' })
  const upstream = connectServer({ product: 'pmg', url: 'http://127.0.0.1:1' })
  await using gateway = createGateway({
    clusters: [
      { name: 'a', definition, upstream },
      { name: 'b', definition, upstream },
    ],
    mode: 'real',
  })
  const document = (await gateway.inject({ url: '/openapi.json' })).json()
  const told = Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/codegen/'))
    .map(([path, operations]) => `${Object.keys(Object(operations)).join()} ${path}`)
  expect(told).toEqual([
    'post /codegen/generate',
    'get /codegen/openapi',
    'get /codegen/pydantic',
    'get /codegen/typescript',
    'get /codegen/zod',
    'get /codegen/versions',
  ])
  expect(document.components.securitySchemes.codegen).toMatchObject({ scheme: 'bearer' })
  expect((await gateway.inject({ url: '/clusters/b/openapi.json' })).body).not.toContain('codegen')
})
