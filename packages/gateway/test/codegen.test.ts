import { connectServer } from '@proxkit/client/server'
import { createGateway } from '@proxkit/gateway'
import { loadDefinition } from '@proxkit/schema'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type ApidocServer,
  smallApidoc,
  startApidocServer,
} from '../../schema/test/apidoc-server.js'
import { apidocPath, type CodegenLab, codegenLab, key, startPage } from './codegen-lab.js'
import { rawExchange } from './raw-exchange.js'

let lab: CodegenLab
let source: ApidocServer
beforeAll(async () => {
  lab = await codegenLab()
  source = lab.source
})
afterAll(() => lab[Symbol.asyncDispose]())

describe('a generated version', () => {
  test('is told, and served at once by all that serves versions', async () => {
    await using own = lab.open()
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
    await using own = lab.open()
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
    const pages: Record<string, string> = { [apidocPath]: smallApidoc, '/': startPage }
    await using changing = await startApidocServer(pages)
    await using own = lab.open({ sources: [`127.0.0.1:${changing.port}`], ca: changing.cert })
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
    await using own = lab.open()
    const looked = await own.generate({ source_url: source.url, persist: false })
    expect([looked.status, looked.headers['location']]).toEqual([200, undefined])
    expect(looked.body).toMatchObject({ operation_count: 3, persisted: false })
    expect((await own.get('/versions/latest')).body).toMatchObject({ version: '9.2' })
  })
})

describe('the key', () => {
  test('is needed by all routes, and compared as a whole', async () => {
    await using own = lab.open()
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
    await using own = lab.open({ key: undefined })
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
    await using own = lab.open()
    const url = await own.gateway.listen()
    const head = 'POST /codegen/generate HTTP/1.1\r\nHost: a\r\nConnection: close\r\n'
    const long = `${head}Content-Type: application/json\r\nContent-Length: 400000\r\n\r\n`
    expect(await rawExchange(url, `${long}{`)).toMatch(/^HTTP\/1\.1 401 /)
  })
})

describe('how often', () => {
  test('an address may generate, and read each kind, is counted by the hour', async () => {
    await using own = lab.open({ generatePerHour: 1, readPerHour: 2 })
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
    const statuses = []
    for (const tag of ['1.0', '1.1', '9.2.4', '9.2.4', '9.2.4']) {
      statuses.push((await own.get(`/codegen/typescript?product=pve&version_tag=${tag}`)).status)
    }
    // What is not there does not count.
    expect(statuses).toEqual([404, 404, 200, 200, 429])
    expect((await own.get('/codegen/versions?product=pmg')).body).toMatchObject({
      versions: ['9.1'],
    })
    expect((await own.get('/codegen/versions?version=9')).status).toBe(422)
  })

  test('what is refused before anything is fetched does not count', async () => {
    await using own = lab.open({ generatePerHour: 1 })
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

test('every call is written down, with what came of it, and no secret', async () => {
  await using own = lab.open({ generatePerHour: 1 })
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
  await using own = lab.open()
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

test('a file is no body', async () => {
  await using own = lab.open()
  const type = 'multipart/form-data; boundary=b'
  const headers = { authorization: `Bearer ${key}`, 'content-type': type }
  const body = '--b\r\ncontent-disposition: form-data; name="source_url"\r\n\r\na\r\n--b--\r\n'
  const answer = await own.gateway.inject({
    method: 'POST',
    url: '/codegen/generate',
    headers,
    payload: body,
  })
  expect(answer.statusCode).toBe(415)
  expect(own.records).toMatchObject([{ outcome: 'refused', status: 415, parameters: {} }])
})

test('parameters that are unknown or wrong are told, each by its name', async () => {
  await using own = lab.open()
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
