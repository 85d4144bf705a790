import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ApiRequest, ApiResponse } from '@proxkit/schema'
import { closing, SteppedClock } from '../../test/clients.js'
import { failureOf } from '../../test/failure-of.js'
import { rowsOf } from '../../test/proxmoxer-vectors.js'
import { FileError, findChecksum, type PveClient, splitCommand, TimeoutError } from '../index.js'

const upid = 'UPID:pve1:00003165:00066606:6B00EC3A:imgcopy::root@pam:'

const answering = (
  answer: (request: ApiRequest, index: number) => Partial<ApiResponse>,
): { pve: PveClient; requests: ApiRequest[]; clock: SteppedClock } => {
  const requests: ApiRequest[] = []
  const clock = new SteppedClock()
  const send = async (request: ApiRequest): Promise<ApiResponse> => {
    requests.push(request)
    return { status: 200, data: null, ...answer(request, requests.length - 1) }
  }
  return { pve: closing({ clock, transport: { send, close: async () => {} } }), requests, clock }
}

describe('exec', () => {
  const ended = { exited: 1, exitcode: 2, 'out-data': 'a\n', 'err-data': 'no\n' }

  test('waits for the end and gives the code and what was printed', async () => {
    const { pve, requests, clock } = answering(({ verb }, index) => ({
      data: verb === 'POST' ? { pid: 7 } : index < 3 ? { exited: 0 } : ended,
    }))
    const guest = pve.nodes('pve1').qemu(100)
    expect(await guest.exec(['ls', '-la', 'C:\\a b'], { input: 'x' })).toEqual({
      code: 2,
      signal: null,
      stdout: 'a\n',
      stderr: 'no\n',
      isTruncated: false,
    })
    expect(requests[0]).toMatchObject({
      verb: 'POST',
      path: '/nodes/pve1/qemu/100/agent/exec',
      params: { command: ['ls', '-la', 'C:\\a b'], 'input-data': 'x' },
    })
    expect(requests[1]).toMatchObject({
      path: '/nodes/pve1/qemu/100/agent/exec-status',
      params: { pid: 7 },
    })
    expect(clock.pauses).toEqual([50, 75])
  })

  test('parts a string only where that is asked for', async () => {
    const { pve, requests } = answering(({ verb }) => ({
      data: verb === 'POST' ? { pid: 7 } : { exited: true, signal: 9, 'out-truncated': 1 },
    }))
    const guest = pve.nodes('pve1').qemu(100)
    await guest.exec('C:\\my tools\\a.exe')
    expect(requests[0]?.params).toEqual({ command: ['C:\\my tools\\a.exe'] })
    expect(await guest.exec("sh -c 'echo hi'", { split: true })).toMatchObject({
      code: null,
      signal: 9,
      isTruncated: true,
    })
    expect(requests[2]?.params).toEqual({ command: ['sh', '-c', 'echo hi'] })
    await expect(guest.exec([])).rejects.toThrow(TypeError)
  })

  test('timeout: ends the wait, not the program', async () => {
    const { pve } = answering(({ verb }) => ({
      data: verb === 'POST' ? { pid: 7 } : { exited: 0 },
    }))
    const error = await failureOf(pve.nodes('pve1').qemu(1).exec(['sleep'], { timeout: 500 }))
    expect(error).toBeInstanceOf(TimeoutError)
  })

  test('is the word of a machine only; elsewhere it is a path', async () => {
    const { pve, requests } = answering(() => ({}))
    await pve.any('nodes', 'pve1').exec?.get()
    expect(requests[0]?.path).toBe('/nodes/pve1/exec')
  })
})

describe('splitCommand', () => {
  const rows = rowsOf<{ input: string; expect?: string[]; expect_error?: string }>('shell_split')

  test.skipIf(rows.length === 0).each(rows)('$input', ({ input, expect: words }) => {
    if (words) expect(splitCommand(input)).toEqual(words)
    else expect(() => splitCommand(input)).toThrow(TypeError)
  })

  test.each([
    ['"a\\$b\\`\\n"', ['a$b`\\n']],
    ['a\'b\'"c"d', ['abcd']],
    ["''", ['']],
  ])('%s', (input, words) => expect(splitCommand(input)).toEqual(words))
})

describe('findChecksum', () => {
  interface Row {
    readonly url: string
    readonly options?: { filename?: string; preferred_type?: string }
    readonly served?: Record<string, string | object>
    readonly expect: { checksum: string | null; type: string | null }
    readonly requests?: string[] | number
  }
  const rows = rowsOf<Row>('checksum_discovery').filter(
    // The others take what stands at the head of a line for a digest, of any length.
    (row) => typeof row.expect === 'object' && row.expect !== null && 'checksum' in row.expect,
  )

  test.skipIf(rows.length === 0).each(rows)('$case', async (row) => {
    const asked: string[] = []
    const { served = {}, options = {} } = row
    const found = await findChecksum(row.url, {
      read: async (url) => {
        asked.push(url)
        const text = served[url]
        return typeof text === 'string' ? text : undefined
      },
      ...(options.filename !== undefined && { filename: options.filename }),
      ...(options.preferred_type === 'MD5' && { preferred: 'md5' }),
    })
    expect([found?.digest ?? null, found?.algorithm ?? null]).toEqual([
      row.expect.checksum,
      row.expect.type,
    ])
    if (Array.isArray(row.requests)) expect(asked).toEqual(row.requests)
    else if (row.requests !== undefined) expect(asked).toHaveLength(row.requests)
  })

  const digest = 'b'.repeat(64)
  const other = 'c'.repeat(64)

  test.each([
    ['BSD style', 'SHA256SUMS', `SHA256 (f.iso) = ${digest}`, digest],
    ['a name that ends like it', 'SHA256SUMS', `${other}  other-f.iso\n${digest}  f.iso\n`, digest],
    ['a comment with its name', 'SHA256SUMS', `# f.iso: 123 bytes\n${digest} *./f.iso\r\n`, digest],
    ['nothing but the digest', 'f.iso.sha256', `${digest.toUpperCase()}\n`, digest],
    ['a digest of another file', 'f.iso.sha256', `${digest}  g.iso\n`, undefined],
    ['a list of one digest without a name', 'SHA256SUMS', `${digest}\n`, undefined],
    ['a digest of another length', 'SHA256SUMS', `${'a'.repeat(63)}  f.iso\n`, undefined],
    ['a page', 'SHA512SUMS', '<html>The file f.iso was not found</html>', undefined],
  ])('%s', async (_title, name, text, want) => {
    const found = await findChecksum('https://h/d/f.iso?x=1#y', {
      read: async (url) => (new URL(url).pathname === `/d/${name}` ? text : undefined),
    })
    expect(found?.digest).toBe(want)
  })

  test('what is no URL is refused by name', async () => {
    expect(await failureOf(findChecksum('debian.iso'))).toEqual(
      new TypeError("'debian.iso' is not a URL"),
    )
  })
})

const directory = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'proxkit-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

describe('files', () => {
  test('uploadFile: sends the file with its checksum and names the volume', async () => {
    const file = join(directory(), 'a b.iso')
    writeFileSync(file, 'hello')
    const { pve, requests } = answering(() => ({ data: upid }))
    const sent = await pve.nodes('pve1').storage('local').uploadFile(file)
    const sha256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'
    expect(sent.volid).toBe('local:iso/a b.iso')
    expect(sent.task.upid).toBe(upid)
    expect(sent.checksum).toEqual({ algorithm: 'sha256', digest: sha256 })
    const [request] = requests
    expect(request).toMatchObject({ verb: 'POST', path: '/nodes/pve1/storage/local/upload' })
    expect(Object.entries(request?.params ?? {})).toEqual([
      ['content', 'iso'],
      ['checksum-algorithm', 'sha256'],
      ['checksum', sha256],
    ])
    expect(request?.upload).toMatchObject({ field: 'filename', filename: 'a b.iso', size: 5 })
    const chunks: Uint8Array[] = []
    for await (const chunk of request?.upload?.open() ?? []) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString()).toBe('hello')
  })

  test('uploadFile: a file that cannot be read is a FileError, and nothing is sent', async () => {
    const { pve, requests } = answering(() => ({ data: upid }))
    const storage = pve.nodes('pve1').storage('local')
    const folder = directory()
    const missing = await failureOf(storage.uploadFile(join(folder, 'x.iso')))
    expect(missing).toBeInstanceOf(FileError)
    expect(missing).toMatchObject({ path: join(folder, 'x.iso') })
    expect(await failureOf(storage.uploadFile(folder, { content: 'iso' }))).toMatchObject({
      message: `cannot read '${folder}': it is not a file`,
    })
    expect(requests).toEqual([])
  })

  test.each([
    ['a.ISO', 'iso'],
    ['a.img', 'iso'],
    ['debian.tar.zst', 'vztmpl'],
    ['disk.qcow2', 'import'],
  ])('uploadFile: %s is %s', async (name, content) => {
    const file = join(directory(), name)
    writeFileSync(file, '')
    const { pve, requests } = answering(() => ({ data: upid }))
    await pve.nodes('pve1').storage('s').uploadFile(file, { checksum: false })
    expect(requests[0]?.params).toEqual({ content })
  })

  test('uploadFile: what the extension does not tell has to be said', async () => {
    const file = join(directory(), 'fooiso')
    writeFileSync(file, '')
    const { pve } = answering(() => ({ data: upid }))
    await expect(pve.nodes('pve1').storage('s').uploadFile(file)).rejects.toThrow(TypeError)
  })

  test('downloadFile: takes the name that the node is told', async () => {
    const { pve, requests } = answering(({ verb }) => ({
      data: verb === 'GET' ? { filename: 'told.iso', size: 1 } : upid,
    }))
    const storage = pve.nodes('pve1').storage('local')
    const digest = 'a'.repeat(64)
    const { volid, checksum } = await storage.downloadFile('https://h.invalid/get?id=1', {
      checksum: { algorithm: 'sha256', digest },
    })
    expect(volid).toBe('local:iso/told.iso')
    expect(checksum?.digest).toBe(digest)
    expect(requests.map(({ verb, path, params }) => [verb, path, params])).toEqual([
      ['GET', '/nodes/pve1/query-url-metadata', { url: 'https://h.invalid/get?id=1' }],
      [
        'POST',
        '/nodes/pve1/storage/local/download-url',
        {
          url: 'https://h.invalid/get?id=1',
          content: 'iso',
          filename: 'told.iso',
          'checksum-algorithm': 'sha256',
          checksum: digest,
        },
      ],
    ])
  })

  test('downloadFile: a name that tells no content gives way to the one in the URL', async () => {
    const { pve, requests } = answering(({ verb }) => ({
      data: verb === 'GET' ? { filename: 'download', size: 1 } : upid,
    }))
    const storage = pve.nodes('pve1').storage('local')
    await storage.downloadFile('https://h.invalid/d/a.iso', { checksum: false })
    expect(requests[1]?.params).toMatchObject({ content: 'iso', filename: 'a.iso' })
  })

  test('downloadFile: without that the name in the URL is taken', async () => {
    const { pve, requests } = answering(({ verb }) =>
      verb === 'GET' ? { status: 500, message: 'invalid server response' } : { data: upid },
    )
    const storage = pve.nodes('pve1').storage('local')
    await storage.downloadFile('https://h.invalid/d/a%20b.tar.gz?x=1', { checksum: false })
    expect(requests[1]?.params).toEqual({
      url: 'https://h.invalid/d/a%20b.tar.gz?x=1',
      content: 'vztmpl',
      filename: 'a b.tar.gz',
    })
  })
})
