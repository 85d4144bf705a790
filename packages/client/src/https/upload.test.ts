import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { clientOf, SteppedClock } from '../../test/clients.js'
import { failureOf } from '../../test/failure-of.js'
import { createGate } from '../../test/gate.js'
import { startServer, type WireRequest, type WireServer } from '../../test/wire-server.js'
import { type Upload, UploadError } from '../index.js'

const path = 'nodes/pve1/storage/local/upload'
const text = 'what the file holds\r\n--not a boundary'

async function* pieces(...parts: readonly string[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const part of parts) yield Promise.resolve(Buffer.from(part))
}

const uploadOf = (content = text, facts: Partial<Upload> = {}): Upload => ({
  field: 'filename',
  filename: 'tiny.iso',
  size: Buffer.byteLength(content),
  open: () => pieces(content.slice(0, 7), content.slice(7)),
  ...facts,
})

const start = (): Promise<WireServer> => startServer(() => ({ body: { data: 'UPID:…' } }))

/** The form with its boundary replaced, since that is chosen anew for each. */
const formOf = ({ headers, body }: WireRequest): string => {
  const boundary = /boundary=(\S+)$/.exec(headers['content-type'] ?? '')?.[1] ?? 'missing'
  return body.replaceAll(boundary, 'B')
}

/** Gives a little and then nothing, not even an end. */
async function* stuck(): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.from('ab')
  await new Promise(() => {})
}

const sha256 = createHash('sha256').update(text).digest('hex')

describe('an upload', () => {
  test('is a form of known length: its fields in the order that PVE reads, then the file', async () => {
    const server = await start()
    const params = { checksum: sha256, 'checksum-algorithm': 'sha256', notes: 'x', content: 'iso' }
    const answer = await clientOf(server).request('POST', path, params, { upload: uploadOf() })
    expect(answer).toBe('UPID:…')
    const [request] = server.requests
    if (!request) throw new Error('nothing was sent')
    expect(request.headers).toMatchObject({
      'content-type': expect.stringMatching(/^multipart\/form-data; boundary=[\w-]+$/),
      'content-length': String(Buffer.byteLength(request.body)),
    })
    expect(request.headers['transfer-encoding']).toBeUndefined()
    expect(formOf(request)).toBe(
      [
        '--B',
        'Content-Disposition: form-data; name="content"',
        '',
        'iso',
        '--B',
        'Content-Disposition: form-data; name="checksum-algorithm"',
        '',
        'sha256',
        '--B',
        'Content-Disposition: form-data; name="checksum"',
        '',
        sha256,
        '--B',
        'Content-Disposition: form-data; name="notes"',
        '',
        'x',
        '--B',
        'Content-Disposition: form-data; name="filename"; filename="tiny.iso"',
        'Content-Type: application/octet-stream',
        '',
        text,
        '--B--',
        '',
      ].join('\r\n'),
    )
  })

  test('tells how far it got', async () => {
    const server = await start()
    const told: number[] = []
    const upload = uploadOf(text, { onProgress: (sent) => told.push(sent) })
    await clientOf(server).request('POST', path, { content: 'iso' }, { upload })
    expect(told).toEqual([7, text.length])
  })

  test('of nothing is a form all the same, and stands for the parameter of its name', async () => {
    const server = await start()
    const params = { filename: 'tiny.iso' }
    await clientOf(server).request('POST', path, params, { upload: uploadOf('') })
    expect(server.requests.map(formOf)).toEqual([
      '--B\r\nContent-Disposition: form-data; name="filename"; filename="tiny.iso"\r\n' +
        'Content-Type: application/octet-stream\r\n\r\n\r\n--B--\r\n',
    ])
  })

  test.each<[string, Partial<Upload>, object, string]>([
    ['too long', { size: 9 }, {}, 'tiny.iso is longer than the 9 bytes that were announced'],
    [
      'too short',
      { size: 99 },
      {},
      `tiny.iso has ${text.length} bytes, not the 99 that were announced`,
    ],
    [
      'another one',
      {},
      { checksum: sha256.replace(/./, 'z'), 'checksum-algorithm': 'sha256' },
      `tiny.iso has the sha256 ${sha256}, not ${sha256.replace(/./, 'z')} as was announced`,
    ],
    [
      'unreadable',
      {
        async *open(): AsyncGenerator<Uint8Array, void, undefined> {
          yield Promise.resolve(Buffer.from('ab'))
          throw new Error('EIO: i/o error')
        },
      },
      {},
      'tiny.iso could not be read to its end: EIO: i/o error',
    ],
  ])(
    'of a file that is %s is broken off before its end',
    async (_title, facts, params, message) => {
      const server = await start()
      const upload = uploadOf(text, facts)
      const error = await failureOf(clientOf(server).request('POST', path, params, { upload }))
      expect(error).toBeInstanceOf(UploadError)
      expect(error).toMatchObject({ name: 'UploadError', message })
      expect(server.requests).toHaveLength(0)
    },
  )

  test.each(['', 'a"b.iso', 'a\r\nb.iso'])('refuses the name %j', async (filename) => {
    const call = clientOf(await start()).request(
      'POST',
      path,
      {},
      { upload: uploadOf(text, { filename }) },
    )
    await expect(call).rejects.toThrow(
      new TypeError(
        `${JSON.stringify(filename)} cannot be sent in a form: a name is not empty and has no quotation mark or control character`,
      ),
    )
  })

  test('needs a POST', async () => {
    const call = clientOf(await start()).request('PUT', path, {}, { upload: uploadOf() })
    await expect(call).rejects.toThrow(
      new TypeError(`PUT /${path}: only a POST can take a file along`),
    )
  })

  test('begins anew where the ticket was refused', async () => {
    let logins = 0
    const server = await startServer(({ target, headers }) => {
      if (target === '/api2/json/access/ticket') {
        logins += 1
        return { body: { data: { ticket: `T${logins}`, CSRFPreventionToken: 'x' } } }
      }
      return headers.cookie === 'PVEAuthCookie=T2'
        ? { body: { data: 'taken' } }
        : { status: 401, reason: 'Authentication failed!', body: '' }
    })
    const client = clientOf(server, { auth: { username: 'root@pam', password: 'x' } })
    const params = { content: 'iso' }
    expect(await client.request('POST', path, params, { upload: uploadOf() })).toBe('taken')
    const forms = server.requests.filter(({ target }) => target.endsWith('/upload')).map(formOf)
    expect(forms).toHaveLength(2)
    expect(forms[0]).toBe(forms[1])
  })

  test('is not read before there is a connection', async () => {
    const server = await start()
    await server.close()
    let opened = 0
    const upload = uploadOf(text, {
      open: () => {
        opened += 1
        return pieces(text)
      },
    })
    const client = clientOf(server, { clock: new SteppedClock() })
    const error = await failureOf(client.request('POST', path, {}, { upload }))
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
    expect(opened).toBe(0)
  })

  test('ends with its signal, and lets go of the content', async () => {
    const server = await start()
    const controller = new AbortController()
    const closed = createGate()
    const upload = uploadOf(text, {
      size: 1e9,
      async *open(): AsyncGenerator<Uint8Array, void, undefined> {
        try {
          for (;;) yield Promise.resolve(Buffer.alloc(65_536))
        } finally {
          closed.open()
        }
      },
      onProgress: (sent) => {
        if (sent > 1e6) controller.abort()
      },
    })
    const { signal } = controller
    const call = clientOf(server).request('POST', path, {}, { upload, signal })
    expect(await failureOf(call)).toBe(signal.reason)
    await closed.passed
    expect(server.requests).toHaveLength(0)
  })

  test('has no limit but on standing still', async () => {
    const server = await start()
    const upload = uploadOf(text, { open: stuck })
    const client = clientOf(server, { timeout: { total: 5, idle: 40 } })
    expect(await failureOf(client.request('POST', path, {}, { upload }))).toMatchObject({
      name: 'TimeoutError',
      limit: 'idle',
      timeout: 40,
    })
    const call = client.request('POST', path, {}, { upload, timeout: 10 })
    expect(await failureOf(call)).toMatchObject({ limit: 'total', timeout: 10 })
  })
})
