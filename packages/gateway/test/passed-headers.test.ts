import { once } from 'node:events'
import { createServer } from 'node:http'
import { connectServer } from '@proxkit/client/server'
import { createGateway } from '@proxkit/gateway'
import { loadDefinition } from '@proxkit/schema'
import { expect, test } from 'vitest'
import { rawExchange } from './raw-exchange.js'

/** What a request becomes on the way to a server, and its answer on the way back. */
async function passed(
  request: readonly string[],
  answer: readonly string[] = [],
): Promise<{ readonly sent: readonly string[]; readonly received: readonly string[] }> {
  const sent: string[] = []
  await using server = createServer((message, { socket }) => {
    for (const [index, name] of message.rawHeaders.entries()) {
      if (index % 2 === 0) sent.push(`${name.toLowerCase()}: ${message.rawHeaders[index + 1]}`)
    }
    const head = ['HTTP/1.1 200 OK', 'Content-Length: 2', ...answer].join('\r\n')
    message.resume().once('end', () => socket?.end(`${head}\r\n\r\n{}`))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new TypeError('the server has no port')
  const upstream = connectServer({ product: 'pve', url: `http://127.0.0.1:${address.port}` })
  await using gateway = createGateway({
    clusters: [
      { name: 'lab', definition: loadDefinition({ product: 'pve', version: '9.2' }), upstream },
    ],
    mode: 'real',
  })
  const url = await gateway.listen()
  const received = await rawExchange(url, request.join('\r\n'))
  await upstream.close()
  const [head = ''] = received.split('\r\n\r\n', 1)
  return { sent, received: head.split('\r\n').slice(1) }
}

const own = /^(?:host|x-request-id|date): /

const without = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !own.test(line))

test('fields of one connection stay behind, and those that it names', async () => {
  const { sent } = await passed([
    'GET /api2/json/version HTTP/1.1',
    'Host: elsewhere.example.com',
    'Connection: close, X-Named',
    'X-Named: 1',
    'X-Other: 2',
    'Keep-Alive: timeout=5',
    'Proxy-Authorization: Basic eDp5',
    'Proxy-Connection: keep-alive',
    'TE: trailers',
    'Upgrade: h2c',
    '',
    '',
  ])
  expect(without(sent)).toEqual(['connection: keep-alive', 'x-other: 2'])
  expect(sent).not.toContain('host: elsewhere.example.com')
})

test('of the cookies only the tickets go on; a proof that the connection names does too', async () => {
  const { sent } = await passed([
    'GET /api2/json/version HTTP/1.1',
    'Host: a',
    'Connection: close, authorization',
    'Authorization: PVEAPIToken=a@pam!b=c',
    'Cookie: theme=dark; PVEAuthCookie=PVE:a@pam:5F000000::x',
    'X-Request-Id: mine',
    '',
    '',
  ])
  expect(sent.filter((line) => !line.startsWith('host: '))).toEqual([
    'connection: keep-alive',
    'x-request-id: mine',
    'authorization: PVEAPIToken=a@pam!b=c',
    'cookie: PVEAuthCookie=PVE:a@pam:5F000000::x',
  ])
})

test('a body whose length the connection names goes on in chunks of our own', async () => {
  const { sent } = await passed([
    'POST /api2/json/pools HTTP/1.1',
    'Host: a',
    'Connection: close, content-length',
    'Content-Length: 8',
    '',
    'poolid=a',
  ])
  expect(without(sent)).toEqual(['connection: keep-alive', 'transfer-encoding: chunked'])
})

test('an answer comes without the fields of its connection, though it names them twice', async () => {
  const { received } = await passed(
    ['GET /api2/json/version HTTP/1.1', 'Host: a', 'Connection: close', '', ''],
    [
      'Connection: close',
      'Connection: X-Named',
      'X-Named: 1',
      'Keep-Alive: timeout=9',
      'Set-Cookie: a=1',
      'Set-Cookie: b=2',
    ],
  )
  expect(
    without(received.map((line) => line.replace(/^[^:]*/, (name) => name.toLowerCase()))),
  ).toEqual(['content-length: 2', 'set-cookie: a=1', 'set-cookie: b=2', 'connection: close'])
})
