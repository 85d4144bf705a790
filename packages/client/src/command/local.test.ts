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
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { closing } from '../../test/clients.js'
import { failureOf } from '../../test/failure-of.js'
import {
  ApiError,
  createClient,
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
/sudo) printf '"%s"' "$BY_SUDO" ;;
/hangs) trap 'echo stopped > "$NOTE"; exit 143' TERM; : > "$NOTE.begun"; while :; do sleep 0.02; done ;;
esac
`
const pmgsh = `#!/bin/sh
echo '200 OK' >&2
printf '{"release":"9.1","called":"%s"}' "$*"
`
/** It asks for a password where \`ASKS\` is set. */
const sudo = `#!/bin/sh
[ "$1 $2" = '-n --' ] || exit 2
shift 2
[ -z "$ASKS" ] || { echo 'sudo: a password is required' >&2; exit 1; }
BY_SUDO=yes exec "$@"
`
let folder: string
let path: string | undefined
let note: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'proxkit-local-'))
  note = join(folder, 'note')
  for (const [name, text] of Object.entries({ pvesh: program, pmgsh, sudo })) {
    writeFileSync(join(folder, name), text)
    chmodSync(join(folder, name), 0o755)
  }
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
    const error = await failureOf(pve.request('GET', 'hangs', {}, { timeout: 1500 }))
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error).toMatchObject({ timeout: 1500 })
    await pve.close()
    expect(existsSync(note)).toBe(true)
    rmSync(note)
  })

  it('is stopped by the limit of the client too', async () => {
    const pve = closing({ transport: localTransport(), timeout: 1500 })
    expect(await failureOf(pve.request('GET', 'hangs'))).toBeInstanceOf(TimeoutError)
    await pve.close()
    expect(existsSync(note)).toBe(true)
    rmSync(note)
  })

  it('is stopped when the call is aborted', async () => {
    const pve = client()
    const controller = new AbortController()
    rmSync(`${note}.begun`, { force: true })
    const call = failureOf(pve.request('GET', 'hangs', {}, { signal: controller.signal }))
    await vi.waitFor(() => expect(existsSync(`${note}.begun`)).toBe(true), { timeout: 30_000 })
    controller.abort(new Error('enough'))
    expect(await call).toMatchObject({ message: 'enough' })
    await pve.close()
    expect(existsSync(note)).toBe(true)
  })

  it('is run by sudo where that is asked for, and says so where it may not', async () => {
    const pve = closing({ transport: localTransport({ sudo: true }) })
    expect(await pve.request('GET', 'sudo')).toBe('yes')
    expect(await client().request('GET', 'sudo')).toBe('')
    process.env['ASKS'] = '1'
    const error = await failureOf(pve.request('GET', 'sudo'))
    delete process.env['ASKS']
    expect(error).toBeInstanceOf(TransportError)
    expect(String(error)).toContain('sudo: a password is required')
  })

  it('is pmgsh for PMG, whose success says so on the side', async () => {
    const pmg = createClient({ product: 'pmg', transport: localTransport({ product: 'pmg' }) })
    expect(await pmg.request('GET', 'version')).toEqual({ release: '9.1', called: 'get /version' })
    await pmg.close()
  })

  it.each(['pbs', 'pdm'])('is not to be had for %s', (product) => {
    // @ts-expect-error -- the types say the same
    expect(() => localTransport({ product })).toThrow(
      `product '${product}' has no command for its API, so it cannot be reached through a shell: ` +
        'only pve (pvesh) and pmg (pmgsh) can. Use host or url, which is HTTPS',
    )
  })

  it('has no console to go on with', async () => {
    const error = await failureOf(client().nodes('n').console())
    expect(String(error)).toContain('a command has no console to go on with: use HTTPS')
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
