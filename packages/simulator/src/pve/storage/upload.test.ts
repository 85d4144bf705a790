import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createSimulator, type Simulator } from '../../create-simulator.js'
import { instantClock } from '../../engine/clock.js'

const token = '11111111-1111-4111-8111-111111111111'

function create(): Simulator {
  return createSimulator({
    clock: instantClock(),
    seed: {
      nodes: { pve1: {}, pve2: {}, pve3: { online: false } },
      storage: {
        local: { type: 'dir', path: '/var/lib/vz', content: 'iso,vztmpl,import,images' },
        lvm: { type: 'lvmthin', vgname: 'pve', thinpool: 'data', content: 'images' },
      },
      users: { 'root@pam': { tokens: { ci: { secret: token, privsep: false } } } },
    },
  })
}

interface Sent {
  readonly node?: string
  readonly storage?: string
  readonly name?: string
  readonly fields?: Readonly<Record<string, string>>
  readonly content?: string | Buffer
}

async function send(
  simulator: Simulator,
  { node = 'pve1', storage = 'local', name = 'a.iso', fields = {}, content = 'ISO' }: Sent = {},
): Promise<string> {
  const form = new FormData()
  for (const [key, value] of Object.entries({ content: 'iso', ...fields })) form.append(key, value)
  form.append('filename', new Blob([content]), name)
  const url = `https://pve1/api2/json/nodes/${node}/storage/${storage}/upload`
  const headers = { Authorization: `PVEAPIToken=root@pam!ci=${token}` }
  const answer = await simulator.fetch(new Request(url, { method: 'POST', body: form, headers }))
  const { data, message = '', errors } = JSON.parse(await answer.text())
  await simulator.idle()
  return data ?? (errors ? JSON.stringify(errors) : message.trimEnd())
}

async function logOf(simulator: Simulator, upid: string): Promise<string[]> {
  const { tasks } = simulator.snapshot()
  return (tasks.find((task) => task.upid === upid)?.log ?? []).map((line) =>
    line.replaceAll(/pveupload-[0-9a-f]+/g, 'pveupload-…'),
  )
}

async function isos(simulator: Simulator, node = 'pve1'): Promise<unknown> {
  const path = `/nodes/${node}/storage/local/content`
  const { data } = await simulator.transport().send({ verb: 'GET', path, params: {} })
  return Array.isArray(data) ? data.map(({ volid, size }) => `${volid} ${size}`) : data
}

describe('an uploaded file', () => {
  test('is a volume when its task is done', async () => {
    const simulator = create()
    const upid = await send(simulator, { content: 'x'.repeat(100_000) })
    expect(await logOf(simulator, upid)).toEqual([
      'starting file import from: /var/tmp/pveupload-…',
      'target node: pve1',
      'target file: /var/lib/vz/template/iso/a.iso',
      'file size is: 100000',
      'command: cp -- /var/tmp/pveupload-… /var/lib/vz/template/iso/a.iso',
      'finished file import successfully',
      'TASK OK',
    ])
    expect(await isos(simulator)).toEqual(['local:iso/a.iso 100000'])
  })

  test('takes the place of one with its name, made harmless', async () => {
    const simulator = create()
    await send(simulator, { name: 'my image.iso' })
    await send(simulator, { name: String.raw`C:\my image.iso`, content: 'longer' })
    expect(await isos(simulator)).toEqual(['local:iso/my_image.iso 6'])
  })

  test('may be for another node', async () => {
    const simulator = create()
    const upid = await send(simulator, { node: 'pve2' })
    expect(upid).toMatch(/^UPID:pve1:/)
    expect(await isos(simulator)).toEqual([])
    expect(await isos(simulator, 'pve2')).toEqual(['local:iso/a.iso 3'])
  })

  test('is dropped when its checksum is another', async () => {
    const simulator = create()
    const upid = await send(simulator, { fields: { 'checksum-algorithm': 'md5', checksum: 'ff' } })
    const md5 = createHash('md5').update('ISO').digest('hex')
    expect((await logOf(simulator, upid)).slice(1)).toEqual([
      'calculating checksum...',
      `TASK ERROR: checksum mismatch: got '${md5}' != expect 'ff'`,
    ])
    expect(await isos(simulator)).toEqual([])
  })

  test('must not lead to other files', async () => {
    const simulator = create()
    const image = Buffer.alloc(512)
    image.write('QFI\u00FB', 'latin1')
    image.writeUInt32BE(3, 4)
    image.writeBigUInt64BE(400n, 8)
    const upid = await send(simulator, { content: image })
    expect((await logOf(simulator, upid)).at(-1)).toBe(
      "TASK ERROR: backing file not allowed for untrusted image '/var/tmp/pveupload-…'!",
    )
  })

  test('needs room', async () => {
    const simulator = create()
    const snapshot = simulator.snapshot()
    const backings = snapshot.backings.map((backing) => ({
      ...backing,
      capacity: backing.base + 1000,
    }))
    simulator.restore({ ...snapshot, backings })
    const upid = await send(simulator, { content: 'x'.repeat(1001) })
    expect((await logOf(simulator, upid)).at(-1)).toBe(
      "TASK ERROR: import failed: cp: error writing '/var/lib/vz/template/iso/a.iso': No space left on device",
    )
    await send(simulator, { content: 'x'.repeat(1000) })
    expect(await isos(simulator)).toEqual(['local:iso/a.iso 1000'])
  })

  test.each<[string, Sent, string]>([
    ['a wrong ending', { name: 'a.txt' }, '{"filename":"wrong file extension"}'],
    ['an unknown storage', { storage: 'nosuch' }, "storage 'nosuch' does not exist"],
    ['a storage without files', { storage: 'lvm' }, "can't upload to storage type 'lvmthin'"],
    [
      'a kind that cannot be sent',
      { fields: { content: 'backup' } },
      `{"content":"value 'backup' does not have a value in the enumeration 'iso, vztmpl, import'"}`,
    ],
    [
      'a node out of reach',
      { node: 'pve3' },
      "can't activate storage 'local' on node 'pve3': command '/usr/bin/ssh -o 'BatchMode=yes' " +
        "-o 'HostKeyAlias=pve3' 192.0.2.13 -- /usr/sbin/pvesm status --storage local' failed: exit code 255",
    ],
  ])('is refused for %s', async (_, sent, message) => {
    expect(await send(create(), sent)).toBe(message)
  })
})
