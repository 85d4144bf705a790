import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApidocServer, startApidocServer } from '../../schema/test/apidoc-server.js'
import { apidocPath, type CodegenLab, codegenLab } from './codegen-lab.js'

let lab: CodegenLab
let source: ApidocServer
beforeAll(async () => {
  lab = await codegenLab()
  source = lab.source
})
afterAll(() => lab[Symbol.asyncDispose]())

describe('sources', () => {
  test('that are not on the list are refused before their name is resolved', async () => {
    const resolved: string[] = []
    await using own = lab.open({
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
    await using own = lab.open({
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
    await using own = lab.open({
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
    await using own = lab.open({ sources, ca: redirecting.cert })
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
    await using trusting = lab.open({ sources, ca: empty.cert })
    expect(await trusting.generate({ source_url: empty.url })).toMatchObject({
      status: 502,
      body: { detail: `${empty.url} serves no API description: none at ${apidocPath}` },
    })
  })
})
