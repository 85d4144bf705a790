import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { clientOf, closing, token } from '../../test/clients.js'
import { failureOf } from '../../test/failure-of.js'
import { startRawServer } from '../../test/raw-server.js'
import { startServer, type WireAnswer, type WireServer } from '../../test/wire-server.js'
import { ApiError, AuthenticationError, TransportError } from '../index.js'

const answering = (answer: WireAnswer): Promise<WireServer> => startServer(() => answer)

describe('answers from the wire', () => {
  test('success gives data alone', async () => {
    const server = await answering({ body: { data: [{ node: 'pve1' }], total: 7 } })
    expect(await clientOf(server).request('GET', 'nodes')).toEqual([{ node: 'pve1' }])
  })

  test('interceptors see the whole answer', async () => {
    const server = await answering({ body: { data: [], total: 7, changes: '+ a' } })
    const seen: unknown[] = []
    const client = clientOf(server, {
      interceptors: [
        async (request, next) => {
          const response = await next(request)
          seen.push(response)
          return response
        },
      ],
    })
    await client.request('GET', 'nodes')
    expect(seen).toEqual([{ status: 200, data: [], total: 7, changes: '+ a' }])
  })

  test.each<[string, WireAnswer, unknown]>([
    ['an empty body is null', { body: '' }, null],
    ['a body without data is null', { body: { success: 1 } }, null],
    [
      'a plain text is itself',
      { body: 'TASK OK\n', headers: { 'content-type': 'text/plain' } },
      'TASK OK\n',
    ],
    [
      'JSON under a wrong type is JSON',
      { body: { data: 1 }, headers: { 'content-type': 'text/html' } },
      1,
    ],
  ])('%s', async (_title, answer, data) => {
    const server = await answering(answer)
    expect(await clientOf(server).request('GET', 'version')).toEqual(data)
  })

  test('a compressed log is unpacked', async () => {
    const port = await startRawServer(() =>
      Buffer.concat([
        Buffer.from(
          'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n',
        ),
        gzipSync('line\n'),
      ]),
    )
    const client = closing({ url: `http://127.0.0.1:${port}`, auth: { token } })
    expect(await client.request('GET', 'x')).toBe('line\n')
  })

  test('something else than the API is a TransportError that says so', async () => {
    const server = await answering({
      body: '<html>\n<title>Router login</title>',
      headers: { 'content-type': 'text/html' },
    })
    const error = await failureOf(clientOf(server).request('GET', 'version'))
    expect(error).toBeInstanceOf(TransportError)
    expect(error).toMatchObject({
      message:
        `GET /version: http://127.0.0.1:${server.port} does not answer as the API does: ` +
        `status 200, content type text/html, '<html> <title>Router login</title>'`,
      stage: 'exchange',
    })
  })

  test('an error has the whole message of the body', async () => {
    const server = await answering({
      status: 500,
      reason: 'first line',
      body: { data: null, message: 'first line\nsecond line\n' },
    })
    const error = await failureOf(
      clientOf(server).request('POST', 'nodes/pve1/qemu', { vmid: 100 }),
    )
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({
      name: 'ApiError',
      status: 500,
      message: 'first line\nsecond line',
      request: { verb: 'POST', path: '/nodes/pve1/qemu' },
    })
    expect(error).not.toHaveProperty('errors')
  })

  test('an error has the map of messages per parameter', async () => {
    const server = await answering({
      status: 400,
      reason: 'Parameter verification failed.',
      body: {
        data: null,
        message: 'Parameter verification failed.\n',
        errors: { vmid: "type check ('integer') failed - got 'x'" },
      },
    })
    expect(await failureOf(clientOf(server).request('GET', 'x'))).toMatchObject({
      status: 400,
      message: 'Parameter verification failed.',
      errors: { vmid: "type check ('integer') failed - got 'x'" },
    })
  })

  test.each<[string, WireAnswer, string]>([
    [
      'the reason phrase where the body has no message',
      { status: 403, reason: 'Permission check failed (/, Sys.Audit)', body: { data: null } },
      'Permission check failed (/, Sys.Audit)',
    ],
    [
      'the reason phrase where there is no body',
      { status: 595, reason: 'No route to host', body: '' },
      'No route to host',
    ],
    [
      'the reason phrase beside an HTML page',
      {
        status: 502,
        reason: 'Bad Gateway',
        body: '<html>nginx</html>',
        headers: { 'content-type': 'text/html' },
      },
      'Bad Gateway',
    ],
    [
      'the body where it is text that is said to be JSON',
      {
        status: 400,
        reason: 'Bad Request',
        body: "no such datastore 'nix'\n",
        headers: { 'content-type': 'application/json;charset=UTF-8' },
      },
      "no such datastore 'nix'",
    ],
    [
      'the reason phrase beside broken JSON',
      {
        status: 500,
        reason: 'Oops',
        body: '{"data":nu',
        headers: { 'content-type': 'application/json;charset=UTF-8' },
      },
      'Oops',
    ],
    [
      'the reason phrase beside JSON of another shape',
      { status: 500, reason: 'Oops', body: '[]' },
      'Oops',
    ],
    [
      'the status where nothing tells more',
      { status: 599, reason: '', body: '' },
      'HTTP status 599 without a message',
    ],
  ])('the message is %s', async (_title, answer, message) => {
    const server = await answering(answer)
    const error = await failureOf(clientOf(server).request('GET', 'x'))
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status: answer.status, message })
  })

  test('a plain body without a type is the message in full', async () => {
    const port = await startRawServer(() =>
      Buffer.from(
        'HTTP/1.1 501 no such uri\r\ncontent-length: 22\r\nconnection: close\r\n\r\nno such uri\nmore of it',
      ),
    )
    const client = closing({ url: `http://127.0.0.1:${port}`, auth: { token } })
    expect(await failureOf(client.request('GET', 'x'))).toMatchObject({
      status: 501,
      message: 'no such uri\nmore of it',
    })
  })

  test('a redirect is an error that tells where to', async () => {
    const location = 'https://pve1:8006/api2/json/version'
    const server = await answering({ status: 301, reason: 'Moved', headers: { location } })
    expect(await failureOf(clientOf(server).request('GET', 'version'))).toMatchObject({
      status: 301,
      message: `redirected to ${location}: give the address that answers as host or url`,
    })
  })

  test('a refused token is an AuthenticationError, after one request', async () => {
    const server = await answering({ status: 401, reason: 'Authentication failed!', body: '' })
    const error = await failureOf(clientOf(server).request('GET', 'version'))
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).toMatchObject({ status: 401, message: 'Authentication failed!' })
    expect(server.requests).toHaveLength(1)
  })
})
