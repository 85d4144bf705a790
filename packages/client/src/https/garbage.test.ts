import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { failureOf } from '../../test/failure-of.js'
import { startFaulty } from '../../test/faulty-server.js'
import { ApiError, ProxkitError, TransportError } from '../index.js'

/** Head and body of an answer, complete and closed after it. */
const answer = (body: string | Buffer, headers = '', status = '200 OK'): Buffer => {
  const bytes = Buffer.from(body)
  const head = `HTTP/1.1 ${status}\r\n${headers}content-length: ${bytes.length}\r\nconnection: close\r\n\r\n`
  return Buffer.concat([Buffer.from(head), bytes])
}

const html = 'content-type: text/html\r\n'
const json = 'content-type: application/json\r\n'
const gzip = 'content-encoding: gzip\r\n'
const ok = 'HTTP/1.1 200 OK\r\n'

const refused: readonly [string, Buffer | string][] = [
  ['a page', answer('<html>welcome', html)],
  ['a page that claims to be JSON', answer('<html>welcome', json)],
  ['an image', answer('\x89PNG\0\0', 'content-type: image/png\r\n')],
  ['JSON that is cut off', `${ok}${json}connection: close\r\n\r\n{"data":[1,`],
  ['JSON without an envelope', answer('null', json)],
  ['what claims to be packed', answer('{"data":7}', gzip)],
  ['what is packed and cut off', answer(gzipSync('{"data":7}').subarray(0, 15), gzip)],
  ['what unpacks to more than fits', answer(gzipSync(Buffer.alloc(2 ** 26 + 1)), gzip)],
  ['a chunk without a size', `${ok}transfer-encoding: chunked\r\n\r\nzz\r\nhello`],
  ['a negative length', `${ok}content-length: -5\r\n\r\n{"data":7}`],
  ['two lengths', `${ok}content-length: 5\r\ncontent-length: 10\r\n\r\n{"data":7}`],
  ['two ways to tell the length', `${ok}transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n`],
  ['a header without end', `${ok}x: ${'a'.repeat(200_000)}`],
  [
    'another protocol',
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
  ],
  ['a status below those of HTTP', answer('{"data":7}', json, '099 Odd')],
  ['an interim answer alone', 'HTTP/1.1 100 Continue\r\n\r\n'],
]

const failures: readonly [string, Buffer | string, object][] = [
  [
    'a page of a proxy',
    answer('<html>', html, '503 Service Unavailable'),
    { status: 503, message: 'Service Unavailable' },
  ],
  [
    'a failure that is packed and broken',
    answer('hello', gzip, '500 oops'),
    { status: 500, message: 'oops' },
  ],
  [
    'messages that are none',
    answer('{"message":7,"errors":["a"]}', json, '400 Bad'),
    { status: 400, message: 'Bad' },
  ],
  [
    'a reason in UTF-8',
    answer('', '', '500 könnte nicht'),
    { status: 500, message: 'könnte nicht' },
  ],
  [
    'no reason',
    answer('', '', '500'),
    { status: 500, message: 'HTTP status 500 without a message' },
  ],
  ['an unknown status', answer('', '', '999 What'), { status: 999, message: 'What' }],
  [
    'an answer for a cache',
    answer('', '', '304 Not Modified'),
    { status: 304, message: 'Not Modified' },
  ],
]

// The first calls go another way than later ones, which a client with few connections takes at once.
describe.each([64, 2])('with %i connections', (connections) => {
  test.each(refused)(
    '%s is a TransportError, and a write is not made again',
    async (_title, bytes) => {
      const { client, requests } = await startFaulty(
        (socket) => void socket.end(bytes),
        connections,
      )
      const error = await failureOf(client.request('POST', 'pools'))
      expect(error).toBeInstanceOf(TransportError)
      expect(error).toMatchObject({ stage: 'exchange', request: { verb: 'POST', path: '/pools' } })
      expect(requests()).toBe(1)
    },
  )

  test.each(failures)('%s is an ApiError', async (_title, bytes, facts) => {
    const { client, requests } = await startFaulty((socket) => void socket.end(bytes), connections)
    const error = await failureOf(client.request('POST', 'pools'))
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject(facts)
    expect(error).not.toHaveProperty('errors')
    expect(requests()).toBe(1)
  })

  test('an answer without end is broken off', async () => {
    const piece = Buffer.alloc(1_000_000, ' ')
    const { client, requests } = await startFaulty((socket) => {
      socket.write(`${ok}\r\n{"data":`)
      const write = (): void => {
        while (socket.write(piece));
      }
      socket.on('drain', write)
      write()
    }, connections)
    const error = await failureOf(client.request('POST', 'pools', {}, { timeout: 30_000 }))
    expect(error).toBeInstanceOf(TransportError)
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^POST \/pools: the answer of http:\S+ is larger than 67108864 bytes; download\(\) takes any size$/,
      ),
    })
    expect(requests()).toBe(1)
  })

  test('interim answers come before the answer', async () => {
    const { client } = await startFaulty((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n')
      socket.write(answer('{"data":7}'))
    }, connections)
    expect(await client.request('GET', 'version')).toBe(7)
  })

  test('an answer that nobody asked for answers nobody', async () => {
    let asked = 0
    const { client } = await startFaulty((socket) => {
      asked += 1
      const text = `{"data":${asked}}`
      const unasked = `${ok}content-length: 10\r\n\r\n{"data":0}`
      socket.write(`${ok}content-length: ${text.length}\r\n\r\n${text}${unasked}`)
    }, connections)
    for (let call = 0; call < 4; call += 1) {
      expect(await client.request('GET', 'version')).toBe(asked)
    }
  })
})

test('a download that cannot be unpacked fails where it is read', async () => {
  const { client } = await startFaulty((socket) => void socket.end(answer('hello', gzip)))
  const { stream } = await client.download('x')
  const reading = failureOf(
    (async () => {
      for await (const chunk of stream) expect(chunk).toBeUndefined()
    })(),
  )
  expect(await reading).toBeInstanceOf(ProxkitError)
})
