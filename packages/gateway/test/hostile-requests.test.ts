import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rawExchange } from './raw-exchange.js'
import { simulatedGateway, type SimulatedGateway, token } from './simulated-gateway.js'

let lab: SimulatedGateway
let url: string
beforeAll(async () => {
  lab = await simulatedGateway({}, { corsOrigins: ['https://ops.example.com'] })
  url = await lab.gateway.listen()
})
afterAll(() => lab[Symbol.asyncDispose]())

/** The calls that the cluster has seen of a text that a caller sends. */
async function seenOf(lines: readonly string[], body = ''): Promise<readonly string[]> {
  lab.simulator.requests.clear()
  await rawExchange(url, `${lines.join('\r\n')}\r\n\r\n${body}`)
  return lab.simulator.requests.list().map(({ verb, path }) => `${verb} ${path}`)
}

const smuggled = `DELETE /pools/production HTTP/1.1\r\nHost: a\r\nAuthorization: ${token}\r\n\r\n`

describe.each(['/pools', '/api2/json/pools'])('at %s no request hides in another', (path) => {
  const head = [`POST ${path} HTTP/1.1`, 'Host: a', `Authorization: ${token}`]
  const close = 'Connection: close'
  const length = `Content-Length: ${smuggled.length}`
  const chunked = 'Transfer-Encoding: chunked'

  test.each<[string, readonly string[], string]>([
    ['a length and chunks', [...head, length, chunked], `0\r\n\r\n${smuggled}`],
    ['chunks and a length', [...head, chunked, 'Content-Length: 3'], `0\r\n\r\n${smuggled}`],
    ['two lengths', [...head, 'Content-Length: 0', length], smuggled],
    ['a list of lengths', [...head, `Content-Length: 0, ${smuggled.length}`], smuggled],
    ['a length with a sign', [...head, 'Content-Length: +0'], smuggled],
    ['a coding that is none', [...head, 'Transfer-Encoding: xchunked'], `0\r\n\r\n${smuggled}`],
    [
      'a coding after another',
      [...head, 'Transfer-Encoding: chunked, identity'],
      `0\r\n\r\n${smuggled}`,
    ],
    ['a blank before the colon', [...head, 'Transfer-Encoding : chunked'], `0\r\n\r\n${smuggled}`],
    ['a folded line', [...head, 'X: a', ' Transfer-Encoding: chunked'], `0\r\n\r\n${smuggled}`],
    ['a chunk of no length', [...head, chunked], `\r\n\r\n${smuggled}`],
    ['a chunk that is longer than it says', [...head, chunked], `1\r\nab${smuggled}\r\n0\r\n\r\n`],
    ['a body that is a request', [...head, length, close, 'Content-Type: text/plain'], smuggled],
    ['a line feed in the target', ['GET /version\nX: HTTP/1.1', ...head.slice(1)], smuggled],
  ])('%s', async (_, lines, body) => {
    expect(await seenOf(lines, body)).not.toContain('DELETE /pools/production')
  })
})

test.each(['/pools', '/api2/json/pools'])('at %s a body is packed in no coding', async (path) => {
  const head = [`POST ${path} HTTP/1.1`, 'Host: a', 'Connection: close']
  const chunks = '3\r\na=b\r\n0\r\n\r\n'
  const refused = await rawExchange(
    url,
    `${[...head, 'Transfer-Encoding: gzip, chunked'].join('\r\n')}\r\n\r\n${chunks}`,
  )
  expect(refused).toMatch(/^HTTP\/1\.1 501 .*Transfer-Encoding 'gzip, chunked' is not understood/s)
})

describe('there is no way to other hosts', () => {
  test.each([
    'GET http://169.254.169.254/latest/ HTTP/1.1',
    'GET https://pve.example.com/api2/json/version HTTP/1.1',
    'CONNECT 169.254.169.254:80 HTTP/1.1',
    'OPTIONS * HTTP/1.1',
  ])('%s', async (line) => {
    const answer = await rawExchange(url, `${line}\r\nHost: a\r\nConnection: close\r\n\r\n`)
    expect(answer).toMatch(/^(?:HTTP\/1\.1 40[04] |$)/)
  })

  test('whatever the host field says, the server behind is asked', async () => {
    const seen = await seenOf([
      'GET /api2/json/version HTTP/1.1',
      'Host: 169.254.169.254',
      'X-Forwarded-Host: evil',
      'Connection: close',
      `Authorization: ${token}`,
    ])
    expect(seen).toEqual(['GET /version'])
  })
})

test('a head or a body that is too long is refused', async () => {
  const long = `GET /version HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`
  expect(await rawExchange(url, long)).toMatch(/^HTTP\/1\.1 431 /)
  const { status } = await lab.call('POST', '/pools', { poolid: 'x', comment: 'x'.repeat(600_000) })
  expect(status).toBe(413)
})

const origin = (name: string) => lab.gateway.inject({ url: '/health', headers: { origin: name } })

describe('browsers', () => {
  test('are told what pages may not do; answers of the server itself stay as they are', async () => {
    const { headers } = await lab.gateway.inject({ url: '/health' })
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
    })
    const wire = await lab.gateway.inject({
      url: '/api2/json/version',
      headers: { authorization: token },
    })
    expect(wire.headers['content-security-policy']).toBeUndefined()
    const page = await lab.gateway.inject({ url: '/docs' })
    expect(page.headers['content-security-policy']).toContain("script-src 'self'")
  })

  test('may call from the origins that were named, and from no others', async () => {
    const named = await origin('https://ops.example.com')
    expect(named.headers['access-control-allow-origin']).toBe('https://ops.example.com')
    const other = await origin('https://evil.example.com')
    expect(other.headers['access-control-allow-origin']).toBeUndefined()
  })
})

test('no answer and no log line repeats a credential', async () => {
  const lines: string[] = []
  const stream = { write: (line: string) => void lines.push(line) }
  await using logged = await simulatedGateway({}, { log: { level: 'trace', stream } })
  const wrong = 'PVEAPIToken=root@pam!ci=11111111-2222-3333-4444-555555555555'
  const bodies: string[] = []
  for (const path of ['/nodes', '/api2/json/nodes', '/nodes?password=geheim-1', '/nope']) {
    const answer = await logged.gateway.inject({ url: path, headers: { authorization: wrong } })
    bodies.push(answer.body, JSON.stringify(answer.headers))
  }
  const login = { username: 'root@pam', password: 'geheim-2' }
  const refused = await logged.gateway.inject({
    method: 'POST',
    url: '/access/ticket',
    payload: login,
  })
  bodies.push(refused.body)
  expect(lines.length).toBeGreaterThan(4)
  expect([...lines, ...bodies].join('\n')).not.toMatch(/11111111-2222|geheim/)
})
