import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatDefinition, loadDefinition } from '../index.js'
import { listPulledDefinitions, loadPulledDefinition, pullDefinition, PullError } from './index.js'
import { smallApidoc, startApidocServer } from '../../test/apidoc-server.js'

const apidocPath = '/pve-docs/api-viewer/apidoc.js'
const page = '<script src="/pve2/js/pvemanagerlib.js?ver=9.2.4"></script>'
const pages = { [apidocPath]: smallApidoc, '/': page }
const anyone = { verify: false }

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'proxkit-cache-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

test('a definition is kept by product and version, with the texts of the vendor', async () => {
  await using server = await startApidocServer(pages)
  const pulled = await pullDefinition(server.url, { tls: { ca: server.cert }, directory })

  expect(pulled).toEqual({
    name: 'pve-9.2.4',
    product: 'pve',
    version: '9.2.4',
    url: `${server.url}${apidocPath}`,
    pulledAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  })
  expect(server.asked).toEqual([apidocPath, '/'])
  expect(listPulledDefinitions(directory)).toEqual([pulled])

  const { definition, vendorTexts, ...facts } = loadPulledDefinition('pve-9.2.4', directory) ?? {}
  expect(facts).toEqual(pulled)
  expect(definition?.id).toEqual({ product: 'pve', version: '9.2.4' })
  expect(definition?.find('POST', '/nodes/pve1/qemu')?.method).toMatchObject({
    permissions: { check: { op: 'perm', path: '/vms/{vmid}', privs: ['VM.Allocate'] } },
    // As in the built-in definitions: what the dump leaves out is put right.
    returns: { type: 'string', upid: true },
  })
  expect(vendorTexts?.()).toEqual({
    'GET /nodes': {
      description: 'The machines.',
      returns: 'All.',
      permissions: 'Those one may see.',
    },
    'POST /nodes/{node}/qemu': {
      description: 'Makes a machine.',
      parameters: {
        node: 'Where.',
        vmid: 'Its number.',
        'net[n]': 'A card.',
        'net[n].model': 'Which card.',
        target: 'A number.',
      },
    },
  })
})

test('a definition takes the place of an older one of its name, and leaves no drafts', async () => {
  await using server = await startApidocServer(pages)
  const options = { name: 'office', tls: anyone, directory }
  await pullDefinition(server.url, options)
  const second = await pullDefinition(server.url, { ...options, version: '9.2.5' })

  expect(listPulledDefinitions(directory).filter(({ name }) => name === 'office')).toEqual([second])
  expect(readdirSync(join(directory, 'definitions')).toSorted()).toEqual([
    'office.jsonl',
    'office.texts.json',
    'pve-9.2.4.jsonl',
    'pve-9.2.4.texts.json',
  ])
})

test('what was never pulled is not there', () => {
  expect(listPulledDefinitions(join(directory, 'nowhere'))).toEqual([])
  expect(loadPulledDefinition('pve-1.0', directory)).toBeUndefined()
  expect(loadPulledDefinition('../definitions/office', directory)).toBeUndefined()
})

describe('whom to trust', () => {
  test('the one certificate of the fingerprint, with colons or without', async () => {
    await using server = await startApidocServer(pages)
    const { fingerprint } = server
    for (const text of [fingerprint, fingerprint.replaceAll(':', '').toLowerCase()]) {
      const tls = { fingerprint: text }
      await expect(pullDefinition(server.url, { tls, directory })).resolves.toBeDefined()
    }
  })

  test('no other certificate than that of the fingerprint, and then nothing is asked', async () => {
    await using server = await startApidocServer(pages)
    const tls = { fingerprint: 'AB'.repeat(32) }
    await expect(pullDefinition(server.url, { tls, directory })).rejects.toThrow(
      new PullError(
        `the certificate's fingerprint is ${server.fingerprint}, not ${Array(32).fill('AB').join(':')}`,
      ),
    )
    expect(server.asked).toEqual([])
  })

  test('nobody of whom nothing is known', async () => {
    await using server = await startApidocServer(pages)
    await expect(pullDefinition(server.url, { directory })).rejects.toMatchObject({
      name: 'PullError',
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      message: `cannot fetch ${server.url}${apidocPath}: self-signed certificate`,
    })
  })

  test.each<[string, { ca: string } | { fingerprint: string }, string]>([
    [
      'a path for a certificate',
      { ca: 'ca.pem' },
      'tls.ca holds no certificate in PEM form; give the text of the file',
    ],
    [
      'a short fingerprint',
      { fingerprint: 'AA:BB' },
      "'AA:BB' is not a SHA-256 fingerprint: 32 bytes in hexadecimal, such as AA:BB:…",
    ],
  ])('%s is refused', async (_, tls, message) => {
    await using server = await startApidocServer(pages)
    await expect(pullDefinition(server.url, { tls, directory })).rejects.toThrow(message)
    expect(server.asked).toEqual([])
  })
})

describe('what cannot be pulled', () => {
  test.each<[string, Parameters<typeof pullDefinition>, string]>([
    ['no server', ['https://'], "'https://' is not a server: give a URL such as https://pve1:8006"],
    [
      'another protocol',
      ['ftp://pve1'],
      "'ftp://pve1' is not a server: give a URL such as https://pve1:8006",
    ],
    [
      'a login',
      ['https://root:secret@pve1:8006'],
      'no login is needed to pull a definition: leave it out of the URL',
    ],
    [
      'a name that is no file',
      ['https://pve1', { name: '../x' }],
      "'../x' is not a name for a definition: use letters, digits, dots and hyphens",
    ],
    [
      'the name of a definition that is built in',
      ['https://pve1', { name: 'pve-9.2' }],
      'pve-9.2 is a definition that comes with Proxkit; give the exact version, or another name',
    ],
  ])('%s', async (_, [server, options], message) => {
    await expect(pullDefinition(server, { ...options, directory })).rejects.toThrow(
      new TypeError(message),
    )
  })

  test.each<[string, Record<string, string>, { product?: 'pmg' }, string]>([
    [
      'a server without a description',
      { '/docs/api-viewer/apidoc.js': '', '/': page },
      {},
      'cannot read URL/docs/api-viewer/apidoc.js: no API tree found: expected `apiSchema = [` or a JSON array (line 1, column 1)',
    ],
    [
      'a server of something else',
      {},
      {},
      'URL serves no API description: none at /pve-docs/api-viewer/apidoc.js, /docs/api-viewer/apidoc.js, /pmg-docs/api-viewer/apidoc.js',
    ],
    [
      'another product than was asked for',
      { '/pmg-docs/api-viewer/apidoc.js': smallApidoc },
      { product: 'pmg' },
      'URL/pmg-docs/api-viewer/apidoc.js describes the API of pve, not of pmg',
    ],
    [
      'an API of nobody',
      { [apidocPath]: 'var apiSchema = [{ "path": "/x" }]' },
      {},
      `URL${apidocPath} describes an API that is none of PVE, PBS, PMG and PDM`,
    ],
    [
      'a server that hides its version',
      { [apidocPath]: smallApidoc },
      {},
      'the server does not tell its version without a login; give it, such as 9.2.1',
    ],
  ])('%s', async (_, pages, options, message) => {
    await using server = await startApidocServer(pages)
    await expect(
      pullDefinition(server.url, { ...options, tls: anyone, directory }),
    ).rejects.toThrow(new PullError(message.replaceAll('URL', server.url)))
  })
})

const capture = new URL('../../../../../shared/apidoc/pve-9.2.js.gz', import.meta.url)
if (!existsSync(capture)) console.warn('skipped: the captured API description is not present')

test.skipIf(!existsSync(capture))(
  'the description of a real server gives the built-in definition',
  async () => {
    const apidoc = gunzipSync(readFileSync(capture)).toString('utf8')
    await using server = await startApidocServer({ [apidocPath]: apidoc })
    const options = { name: 'real', version: '9.2', tls: anyone, directory }
    const { name } = await pullDefinition(`127.0.0.1:${server.port}`, options)
    const pulled = loadPulledDefinition(name, directory)
    const builtIn = loadDefinition({ product: 'pve', version: '9.2' })

    expect(formatDefinition(builtIn.id, pulled?.definition.methods() ?? [])).toBe(
      formatDefinition(builtIn.id, builtIn.methods()),
    )
    // Five operations have none.
    const described = Object.values(pulled?.vendorTexts() ?? {})
    expect(described.filter(({ description }) => description !== undefined)).toHaveLength(670)
  },
)
