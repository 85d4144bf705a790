import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ApiRequest, ApiResponse } from '@proxkit/schema'
import { clientOf, closing, SteppedClock } from '../test/clients.js'
import { failureOf } from '../test/failure-of.js'
import { rowsOf } from '../test/proxmoxer-vectors.js'
import { startServer } from '../test/wire-server.js'
import { ApiError, FileError, type PveClient, TaskError, TimeoutError } from './index.js'

// proxmoxer's helpers in our spelling: a task is waited for by itself, and what was logged as None there is an error.

const upid = 'UPID:pve1:00003165:00066606:6B00EC3A:imgcopy::root@pam:'

const answering = (
  answer: (request: ApiRequest) => Partial<ApiResponse>,
): { pve: PveClient; requests: ApiRequest[] } => {
  const requests: ApiRequest[] = []
  const send = async (request: ApiRequest): Promise<ApiResponse> => {
    requests.push(request)
    return { status: 200, data: null, ...answer(request) }
  }
  const clock = new SteppedClock()
  return { pve: closing({ clock, transport: { send, close: async () => {} } }), requests }
}

describe('agent_exec_https', () => {
  interface Row {
    readonly path: string
    readonly command: string | string[]
    readonly body: string
    readonly 'input-data'?: string
  }
  const rows = rowsOf<Row>('agent_exec_https')
  const programs = rows.filter(({ path }) => path.endsWith('/agent/exec'))
  const monitors = rows.filter(({ path }) => path.endsWith('/monitor'))

  test.skipIf(rows.length === 0).each(programs)('$command', async (row) => {
    const server = await startServer(({ method }) => ({
      body: { data: method === 'POST' ? { pid: 1 } : { exited: 1, exitcode: 0 } },
    }))
    const [, node = '', , vmid = ''] = row.path.split('/')
    const input = row['input-data']
    await clientOf(server)
      .nodes(node)
      .qemu(vmid)
      .exec(row.command, { split: true, ...(input !== undefined && { input }) })
    expect(server.requests[0]?.target).toBe(`/api2/json/${row.path}`)
    expect([...new URLSearchParams(server.requests[0]?.body)]).toEqual([
      ...new URLSearchParams(row.body),
    ])
  })

  test.skipIf(rows.length === 0).each(monitors)('a monitor: $command', async (row) => {
    const server = await startServer(() => ({ body: { data: '' } }))
    await clientOf(server).request('POST', row.path, { command: row.command })
    expect([...new URLSearchParams(server.requests[0]?.body)]).toEqual([
      ...new URLSearchParams(row.body),
    ])
  })
})

describe('decode_upid', () => {
  interface Row {
    readonly upid: string
    readonly expect: { readonly returns?: Readonly<Record<string, unknown>> }
  }
  const rows = rowsOf<Row>('decode_upid')

  test.skipIf(rows.length === 0).each(rows)('$upid', ({ upid: text, expect: { returns } }) => {
    const { pve } = answering(() => ({}))
    if (!returns) {
      expect(() => pve.task(text)).toThrow(TypeError)
      return
    }
    const { upid: same, node, starttime, type, id, user } = pve.task(text)
    const { pid: _pid, pstart: _pstart, comment: _comment, ...known } = returns
    expect({ upid: same, node, starttime, type, id, user }).toEqual(known)
  })
})

describe('task_status_class', () => {
  const rows = rowsOf<{ exitstatus: string; expect: string }>('task_status_class')
  // What is not known to have succeeded has failed.
  const words: Readonly<Record<string, string>> = { warning: 'warnings', unknown: 'error' }

  test.skipIf(rows.length === 0).each(rows)('$exitstatus: $expect', async (row) => {
    const { exitstatus } = row
    const { pve } = answering(({ path }) => ({
      data: path.endsWith('/log') ? [] : { status: 'stopped', exitstatus },
    }))
    const done = pve.task(upid).done()
    const outcome = await done.then(
      (ended) => ended.outcome,
      (error: unknown) => (error instanceof TaskError ? 'error' : error),
    )
    expect(outcome).toBe(words[row.expect] ?? row.expect)
  })
})

describe('decode_log', () => {
  interface Row {
    readonly log: readonly { readonly n: number; readonly t?: string }[]
    readonly expect: { readonly returns: string }
  }
  // Servers number lines in order and once: rows of another order describe no server.
  const rows = rowsOf<Row>('decode_log').filter(({ log }) =>
    log.every(({ n }, index) => n === index + 1),
  )

  test.skipIf(rows.length === 0).each(rows)('$log', async ({ log, expect: { returns } }) => {
    const { pve } = answering(({ path }) => ({
      data: path.endsWith('/log') ? log : { status: 'stopped', exitstatus: 'OK' },
    }))
    const lines: string[] = []
    for await (const line of pve.task(upid).log()) lines.push(line)
    expect(lines.join('\n')).toBe(returns)
  })
})

describe('blocking_status', () => {
  interface Row {
    readonly case: string
    readonly states?: readonly string[]
    readonly options: { readonly timeout?: number; readonly polling_interval?: number }
    readonly polls: number
    readonly sleeps: readonly number[]
  }
  const rows = rowsOf<Row>('blocking_status').filter(({ states }) => states)

  test.skipIf(rows.length === 0).each(rows)('$case', async (row) => {
    const { timeout = 300, polling_interval: interval = 1 } = row.options
    const { pve, requests } = answering(() => ({ data: { status: 'running' } }))
    const options = { timeout: timeout * 1000, pollInterval: interval * 1000 }
    expect(await failureOf(pve.task(upid).done(options))).toBeInstanceOf(TimeoutError)
    expect(requests).toHaveLength(row.polls)
  })
})

const directory = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'proxkit-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

const fileOf = (text: string): string => {
  const file = join(directory(), 'a.iso')
  writeFileSync(file, text)
  return file
}
const upload = (pve: PveClient, file: string, checksum?: false): Promise<unknown> =>
  pve
    .nodes('n')
    .storage('s')
    .uploadFile(file, checksum === false ? { checksum } : {})

describe('files_content_type', () => {
  const rows = rowsOf<{ name: string; content: string }>('files_content_type')

  test.skipIf(rows.length === 0).each(rows)('$name: $content', async ({ name, content }) => {
    const file = join(directory(), name)
    writeFileSync(file, '')
    const { pve, requests } = answering(() => ({ data: upid }))
    await pve.nodes('n').storage('s').uploadFile(file, { checksum: false })
    expect(requests[0]?.params).toEqual({ content })
  })
})

describe('files_upload', () => {
  // Each case by what it sets up; `null` there is a FileError here, and nothing is sent.
  const cases: Readonly<Record<string, (pve: PveClient) => Promise<unknown>>> = {
    'path missing': (pve) => upload(pve, join(directory(), 'none.iso')),
    directory: (pve) => upload(pve, directory()),
    'empty file': (pve) => upload(pve, fileOf('')),
    '100 bytes': (pve) => upload(pve, fileOf('x'.repeat(100))),
    'checksum off': (pve) => upload(pve, fileOf('x'), false),
    'not waiting': (pve) => upload(pve, fileOf('x')),
    'storage missing': (pve) => upload(pve, fileOf('x')),
  }
  // An algorithm is always at hand, and a file that may not be opened depends on who runs the tests.
  const rows = rowsOf<{ case: string; expect: unknown; reply_status?: number }>(
    'files_upload',
  ).filter((row) => row.case in cases)

  test.skipIf(rows.length === 0).each(rows)('$case', async (row) => {
    const { pve, requests } = answering(() => ({
      data: upid,
      ...(row.reply_status !== undefined && { status: row.reply_status, data: null }),
    }))
    const outcome = await cases[row.case]?.(pve).catch((error: unknown) => error)
    if (row.expect === 'ok') expect(outcome).toMatchObject({ volid: 's:iso/a.iso' })
    else if (row.expect === null) expect(outcome).toBeInstanceOf(FileError)
    else expect(outcome).toBeInstanceOf(ApiError)
    expect(requests).toHaveLength(row.expect === null ? 0 : 1)
  })
})

describe('files_info', () => {
  const rows = rowsOf<{ url: string; reply_status?: number; expect: object | null }>('files_info')

  test.skipIf(rows.length === 0).each(rows)('$url', async (row) => {
    const { pve, requests } = answering(() =>
      row.reply_status === undefined ? { data: row.expect } : { status: row.reply_status },
    )
    const asked = pve.nodes('n')['query-url-metadata']({ url: row.url })
    if (row.expect) expect(await asked).toEqual(row.expect)
    else expect(await failureOf(asked)).toBeInstanceOf(ApiError)
    expect(requests[0]?.params).toEqual({ url: row.url })
  })
})
