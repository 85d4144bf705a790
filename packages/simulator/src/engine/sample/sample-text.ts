import { validate, type Schema } from '@proxkit/schema'

interface Place {
  readonly name: string
  readonly node: string
  readonly now: number
}

/** A text that fits its schema: the one that its name suggests, else the first of many kinds that is accepted. */
export function sampleText(schema: Schema, place: Place): string {
  if (schema.default !== undefined) return String(schema.default)
  if (schema.enum?.[0] !== undefined) return schema.enum[0]
  const candidates = [...namedTexts(place), ...propertyTexts(schema, place), ...texts]
  return candidates.find((text) => validate(schema, text).ok) ?? longEnough(schema)
}

function* namedTexts({ name, node, now }: Place): Generator<string> {
  if (/^(?:node|nodename|host|hostname|source|target)$/.test(name)) yield node
  if (/upid/i.test(name)) {
    yield `UPID:${node}:00000FA0:00000000:${hex(now)}:sample::root@pam:`
    yield `UPID:${node}:00000FA0:00000000:00000000:${hex(now)}:sample::root@pam:`
  }
  if (/digest|hash/.test(name)) yield '0'.repeat(40)
  for (const [pattern, text] of byName) if (pattern.test(name)) yield text
}

function hex(now: number): string {
  return now.toString(16).toUpperCase().padStart(8, '0')
}

const byName: readonly (readonly [RegExp, string])[] = [
  [/user|auth-?id|owner/, 'root@pam'],
  [/realm/, 'pam'],
  [/mac|hwaddr/, 'BC:24:11:00:00:01'],
  [/cidr|network|subnet/, '192.0.2.0/24'],
  [/ip|address|gateway|dns|server/, '192.0.2.1'],
  [/mail|from/, 'admin@example.com'],
  [/url/, 'https://example.com/'],
  [/uuid|wwn/, '00000000-0000-4000-8000-000000000001'],
  [/dev|disk/, '/dev/sda'],
  [/path|mount|dir/, '/mnt/sample'],
  [/version/, '1.0'],
  [/state|status|health/, 'unknown'],
  [/time/, '00:00'],
]

/** A property string with the keys that it needs. */
function propertyTexts({ propertyString }: Schema, place: Place): string[] {
  const needed = Object.entries(propertyString?.properties ?? {}).filter(
    ([, { optional, alias }]) => !optional && alias === undefined,
  )
  if (needed.length === 0) return []
  return [needed.map(([name, part]) => `${name}=${sampleText(part, { ...place, name })}`).join(',')]
}

/** One of each kind that the products' formats and patterns describe. */
const texts: readonly string[] = [
  'sample',
  'root@pam',
  'root@pam!sample',
  '1',
  '100',
  '192.0.2.1',
  '192.0.2.0/24',
  '2001:db8::1',
  '2001:db8::/64',
  '192.0.2.1:443',
  '255.255.255.0',
  'BC:24:11:00:00:01',
  'https://example.com/',
  'example.com',
  '/mnt/sample',
  '/dev/sda',
  '/dev/parport0',
  'sda',
  'net0=1500',
  'local:sample',
  '00:00',
  'Europe/Vienna',
  'AT',
  'at',
  '1G',
  'sample=1',
  'name=eth0',
  '+aes',
  'base64',
  'order=net0',
  'boot',
  'scsi0',
  'now',
  'pc',
  'keep-last=1',
  'mode=sample',
  'none',
  '1_1',
  '100-0',
  'hash:sha256',
  '49.0001.1921.6800.1002.00',
  '00000000-0000-4000-8000-000000000001',
  '0'.repeat(16),
  '0'.repeat(40),
  '0'.repeat(64),
  Array.from({ length: 20 }, () => '00').join(':'),
  Array.from({ length: 32 }, () => '00').join(':'),
  '2026-01-01',
  'pve1c-0123456789',
  'pbsc-0123456789',
  'pmgc-0123456789',
  'pmg-backup_sample.tgz',
  '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n',
  '',
]

function longEnough({ minLength = 0, maxLength = Infinity }: Schema): string {
  return 'sample'.padEnd(minLength, 'x').slice(0, maxLength)
}
