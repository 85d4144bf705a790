import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type ApiRequest, loadDefinition, namedShape, parsePropertyString } from '@proxkit/schema'
import { closing } from '../test/clients.js'
import { versions } from './clients.js'
import { productProfiles } from './product.js'

interface Row {
  readonly op: string
  readonly format: unknown
  readonly value?: string
  readonly result: {
    readonly ok: boolean
    readonly value?: Readonly<Record<string, string | number>>
  }
}

const file = new URL('../../../../shared/vectors/property-strings.json', import.meta.url)
const vectors: readonly Row[] = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8')).vectors
  : []
if (vectors.length === 0) console.log('skipped: ../shared/vectors/property-strings.json is absent')

/** Formats by a name, and what the original read out of a text of theirs. */
const readings = vectors.flatMap(({ op, format, result: { ok, value } }) =>
  op === 'parse_property_string' && ok && value && typeof format === 'string' && namedShape(format)
    ? [{ format, value }]
    : [],
)

const asTexts = (value: Readonly<Record<string, string | number>>): Record<string, string> =>
  Object.fromEntries(Object.entries(value).map(([key, part]) => [key, String(part)]))

/** The text that a parameter travels as. */
const sent = async (value: object, name = 'given'): Promise<string> => {
  const requests: ApiRequest[] = []
  const send = async (request: ApiRequest): Promise<{ status: number; data: unknown }> => {
    requests.push(request)
    return { status: 200, data: null }
  }
  const pve = closing({ transport: { send, close: async () => {} } })
  await pve.request('PUT', 'nodes/pve1/qemu/100/config', { [name]: value })
  const text = requests[0]?.params[name]
  return typeof text === 'string' ? text : expect.unreachable('no text was sent')
}

describe('an object in place of a property string', () => {
  test.skipIf(readings.length === 0).each(readings)(
    '$format: what the original reads, it reads again: $value',
    async ({ format, value }) => {
      expect(parsePropertyString(format, await sent(value))).toEqual(asTexts(value))
    },
  )

  test.each([
    [
      { model: 'virtio', bridge: 'vmbr0', firewall: true, trunks: [2, 3], tag: undefined },
      'model=virtio,bridge=vmbr0,firewall=1,trunks=2;3',
    ],
    [{ file: 'local-lvm:8', backup: false }, 'file=local-lvm:8,backup=0'],
    [{ order: ['scsi0', 'net0'] }, 'order=scsi0;net0'],
  ])('%j', async (value, text) => expect(await sent(value)).toBe(text))
})

describe('a list of lines in place of their percent-encoded text', () => {
  test('goes encoded once', async () => {
    const keys = ['ssh-ed25519 AAAA+/== me@host', 'ssh-rsa BBBB']
    const text = await sent(keys, 'sshkeys')
    expect(text).toBe('ssh-ed25519%20AAAA%2B%2F%3D%3D%20me%40host%0Assh-rsa%20BBBB')
  })

  test('is taken wherever a definition of PVE wants such a text', () => {
    const names = versions.pve.flatMap((version) =>
      [...loadDefinition({ product: 'pve', version }).methods()].flatMap(({ parameters }) =>
        Object.entries(parameters.properties ?? {}).flatMap(([name, { format }]) =>
          format === 'urlencoded' ? name : [],
        ),
      ),
    )
    expect(Object.fromEntries(names.map((name) => [name, 'encoded-lines']))).toEqual(
      productProfiles.pve.forms,
    )
  })
})
