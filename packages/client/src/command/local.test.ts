import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closing } from '../../test/clients.js'
import { failureOf } from '../../test/failure-of.js'
import {
  ApiError,
  type PveClient,
  TimeoutError,
  TransportError,
  type Upload,
  UploadError,
} from '../index.js'
import { localTransport } from './index.js'

/** A `pvesh` that does what the last component of its path says, and where it notes that it was stopped. */
const program = `#!/bin/sh
case $2 in
/args) shift 2; printf '"%s"' "$*" ;;
/noise) echo 'a warning' >&2; echo 'a log'; echo '{"a":1}' ;;
*/good/upload) echo "{\\"text\\":\\"$(cat "$8")\\",\\"name\\":\\"$6\\",\\"mode\\":\\"$(ls -l "$8" | cut -c1-10)\\"}"; rm "$8" ;;
*/bad/upload) echo "$8" > "$NOTE"; echo 'no space left' >&2; exit 28 ;;
/fails) echo 'unable to do it' >&2; exit 255 ;;
/hangs) trap 'echo stopped > "$NOTE"; exit 143' TERM; : > "$NOTE.begun"; while :; do sleep 0.02; done ;;
esac
`
let folder: string
let path: string | undefined
let note: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'proxkit-local-'))
  note = join(folder, 'note')
  writeFileSync(join(folder, 'pvesh'), program)
  chmodSync(join(folder, 'pvesh'), 0o755)
  path = process.env['PATH']
  process.env['PATH'] = `${folder}:${path}`
  process.env['NOTE'] = note
})
afterAll(() => {
  process.env['PATH'] = path
  delete process.env['NOTE']
  rmSync(folder, { recursive: true })
})

const temporaryFiles = (): string[] =>
  readdirSync('/var/tmp').filter((name) => name.startsWith('pveupload-'))

const client = (): PveClient => closing({ transport: localTransport() })

const upload = (text: string, size = text.length): Upload => ({
  field: 'filename',
  filename: 'a b.iso',
  size,
  async *open() {
    yield Buffer.from(text)
  },
})
const send = (storage: string, file: Upload): Promise<unknown> =>
  client().request(
    'POST',
    `nodes/n/storage/${storage}/upload`,
    { content: 'iso' },
    { upload: file },
  )

describe('pvesh on this machine', () => {
  it('is given the parameters and answers', async () => {
    expect(await client().request('GET', 'args', { full: true, name: "it's" })).toBe(
      "-full 1 -name it's --output-format json",
    )
  })

  it('may print more than the answer', async () => {
    expect(await client().request('GET', 'noise')).toEqual({ a: 1 })
  })

  it('fails with its message and code', async () => {
    const error = await failureOf(client().request('POST', 'fails'))
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status: 500, message: 'unable to do it', exitCode: 255 })
  })

  it('is stopped when time is up', async () => {
    const pve = client()
    const error = await failureOf(pve.request('GET', 'hangs', {}, { timeout: 400 }))
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error).toMatchObject({ timeout: 400 })
    await pve.close()
    expect(existsSync(note)).toBe(true)
    rmSync(note)
  })

  it('is stopped by the limit of the client too', async () => {
    const pve = closing({ transport: localTransport(), timeout: 400 })
    expect(await failureOf(pve.request('GET', 'hangs'))).toBeInstanceOf(TimeoutError)
    await pve.close()
    expect(existsSync(note)).toBe(true)
    rmSync(note)
  })

  it('is stopped when the call is aborted', async () => {
    const pve = client()
    const controller = new AbortController()
    const call = failureOf(pve.request('GET', 'hangs', {}, { signal: controller.signal }))
    rmSync(`${note}.begun`, { force: true })
    while (!existsSync(`${note}.begun`)) await new Promise((resolve) => void setImmediate(resolve))
    controller.abort(new Error('enough'))
    expect(await call).toMatchObject({ message: 'enough' })
    await pve.close()
    expect(existsSync(note)).toBe(true)
  })

  it('is missed clearly', async () => {
    const here = process.env['PATH']
    process.env['PATH'] = path
    const error = await failureOf(client().request('GET', 'version'))
    process.env['PATH'] = here
    expect(error).toBeInstanceOf(TransportError)
    expect(error).toMatchObject({ host: 'localhost', stage: 'connect' })
    expect(String(error)).toContain('the command cannot be run there')
  })

  it('takes a file through a temporary one that nobody else may read', async () => {
    expect(await send('good', upload('the content'))).toEqual({
      text: 'the content',
      name: 'a b.iso',
      mode: '-rw-------',
    })
  })

  it('leaves no temporary file where the call fails', async () => {
    const error = await failureOf(send('bad', upload('x')))
    expect(error).toMatchObject({ message: 'no space left', exitCode: 28 })
    const name = readFileSync(note, 'utf8').trim()
    expect(name).toMatch(/^\/var\/tmp\/pveupload-[0-9a-f]{32}$/)
    expect(existsSync(name)).toBe(false)
    rmSync(note)
  })

  it('is not called where the content is not what was announced', async () => {
    const before = temporaryFiles()
    expect(await failureOf(send('bad', upload('short', 9)))).toBeInstanceOf(UploadError)
    expect(existsSync(note)).toBe(false)
    await expect.poll(temporaryFiles).toEqual(before)
  })

  it('takes files for storages alone, and gives none', async () => {
    const elsewhere = client().request('POST', 'args', {}, { upload: upload('x') })
    expect(String(await failureOf(elsewhere))).toContain('/args takes no file from a command')
    const download = localTransport().send({
      verb: 'GET',
      path: '/args',
      params: {},
      download: true,
    })
    expect(String(await failureOf(download))).toContain('use HTTPS')
  })

  it('takes no command that is too long for a shell', async () => {
    const error = await failureOf(client().request('GET', 'args', { text: 'x'.repeat(130_000) }))
    expect(error).toMatchObject({ code: 'E2BIG', stage: 'connect' })
  })
})
