import { describe, expect, test } from 'vitest'
import { checkFormat } from '../formats/check-format.js'
import type { Schema } from '../model.js'
import { formatPropertyString, parsePropertyString } from './property-string.js'
import { PropertyStringError } from './property-string-error.js'

const NET: Schema = {
  type: 'object',
  defaultKey: 'model',
  properties: {
    model: { enum: ['e1000', 'virtio'] },
    macaddr: { format: 'mac-addr', optional: true },
    e1000: { alias: 'macaddr', keyAlias: 'model' },
    virtio: { alias: 'macaddr', keyAlias: 'model' },
    bridge: { optional: true },
    link: { type: 'boolean', optional: true },
    size: { format: 'disk-size', optional: true },
    lost: { alias: 'nowhere' },
  },
}
const optional = { optional: true } as const
const MAC = 'BC:24:11:00:00:01'

describe('parse property string', () => {
  test.each([
    ['virtio', { model: 'virtio' }],
    [`virtio=${MAC},bridge=vmbr0`, { model: 'virtio', macaddr: MAC, bridge: 'vmbr0' }],
    ['model=e1000,link=Yes', { model: 'e1000', link: '1' }],
    ['virtio,link=off,, ,', { model: 'virtio', link: '0' }],
    ['virtio,bridge=a=b', { model: 'virtio', bridge: 'a=b' }],
    ['virtio,bridge=a\n', { model: 'virtio', bridge: 'a' }],
    ['bridge=b,virtio', { model: 'virtio', bridge: 'b' }],
    ['virtio,', { model: 'virtio' }],
  ])('%j', (text, values) => {
    expect(parsePropertyString(NET, text)).toStrictEqual(values)
  })

  test.each([
    ['virtio,e1000', 'duplicate key in comma-separated list property: model'],
    ['model=e1000,virtio', 'duplicate key in comma-separated list property: model'],
    ['virtio,bridge=a,bridge=b', 'duplicate key in comma-separated list property: bridge'],
    ['virtio,bridge=', 'missing key in comma-separated list property'],
    ['=x', 'missing key in comma-separated list property'],
    ['bridge=a\nb', 'missing key in comma-separated list property'],
    [`macaddr=${MAC},virtio=${MAC}`, "key 'macaddr' is already defined (via alias)"],
    [`virtio,virtio=${MAC}`, "key alias 'model' is already defined"],
    ['virtio,lost=1', 'invalid key in comma-separated list property: nowhere'],
  ])('refuses %j', (text, message) => {
    expect(() => parsePropertyString(NET, text)).toThrow(new PropertyStringError(message))
  })

  const flag: Schema = {
    defaultKey: 'on',
    properties: { on: { type: 'boolean' }, off: { type: 'boolean', optional: true } },
  }

  test('a bare value takes the place of a false one', () => {
    expect(parsePropertyString(flag, 'on=0,1')).toStrictEqual({ on: '1' })
    expect(() => parsePropertyString(flag, 'on=1,1')).toThrow(
      'duplicate key in comma-separated list property: on',
    )
    expect(() => parsePropertyString(flag, '1,on=0')).toThrow(
      'duplicate key in comma-separated list property: on',
    )
  })

  test.each([
    ['1', '1'],
    ['on', '1'],
    ['YES', '1'],
    ['True', '1'],
    ['0', '0'],
    ['Off', '0'],
    ['no', '0'],
    ['FALSE', '0'],
  ])('%s is a boolean', (word, value) => {
    expect(parsePropertyString(flag, `on=${word}`)).toStrictEqual({ on: value })
  })

  test('a blank before a key belongs to it', () => {
    expect(() => parsePropertyString(flag, 'on=2, off=1')).toThrow(
      expect.objectContaining({
        errors: {
          on: "type check ('boolean') failed - got '2'",
          ' off':
            'property is not defined in schema and the schema does not allow additional properties',
        },
      }),
    )
  })

  test('an error tells each key under the path', () => {
    expect(() => parsePropertyString(NET, 'x,macaddr=1,foo=1', { path: 'net0' })).toThrow(
      expect.objectContaining({
        message: 'format error',
        errors: {
          'net0.model': "value 'x' does not have a value in the enumeration 'e1000, virtio'",
          'net0.macaddr': 'invalid format - value does not look like a valid unicast MAC address\n',
          'net0.foo':
            'property is not defined in schema and the schema does not allow additional properties',
        },
      }),
    )
  })

  test('without a default key a bare value is refused', () => {
    expect(() => parsePropertyString({ properties: {} }, 'x')).toThrow(
      'value without key, but schema does not define a default key',
    )
  })

  test('unknown keys can be accepted or passed over', () => {
    const text = 'virtio,a=1,b=2'
    expect(parsePropertyString(NET, text, { additionalProperties: true })).toStrictEqual({
      model: 'virtio',
      a: '1',
      b: '2',
    })
    expect(parsePropertyString(NET, text, { skip: ['a', 'b'] })).toStrictEqual({ model: 'virtio' })
  })

  test('a registered format is known by its name, with all that it demands', () => {
    expect(parsePropertyString('prune-backups', 'keep-last=0')).toStrictEqual({ 'keep-all': '1' })
    expect(() => parsePropertyString('pve-vmid', '100')).toThrow(
      'parse_property_string only accepts hash based named formats',
    )
    expect(() => parsePropertyString('nope', 'x')).toThrow('unknown format: nope')
  })
})

describe('format property string', () => {
  test.each([
    [{ model: 'virtio' }, 'virtio'],
    [{ model: 'virtio', macaddr: MAC, bridge: 'vmbr0' }, `virtio=${MAC},bridge=vmbr0`],
    [{ model: 'e1000', link: true, bridge: undefined }, 'e1000,link=1'],
    [{ model: 'e1000', size: 8 * 1024 ** 3 }, 'e1000,size=8G'],
    [{ model: 'e1000', size: 1025 }, 'e1000,size=1025'],
    [{ size: 0, bridge: 'b', model: 'e1000' }, 'e1000,bridge=b,size=0T'],
  ])('%j', (data, text) => {
    expect(formatPropertyString(NET, data)).toBe(text)
  })

  test('the default key comes first, then what is required, then the rest by name', () => {
    const shape: Schema = {
      defaultKey: 'file',
      properties: { b: optional, a: optional, z: {}, y: {}, file: optional },
    }
    expect(formatPropertyString(shape, { b: 1, a: 2, z: 3, y: 4, file: 'f' })).toBe(
      'f,y=4,z=3,a=2,b=1',
    )
  })

  test.each([
    [{ model: 'virtio', bridge: 'a,b' }, 'illegal value with commas for bridge'],
    [{ model: 'virtio', foo: 1 }, "invalid key 'foo'"],
    [{ model: 'x' }, 'format error'],
    [{}, 'format error'],
  ])('refuses %j', (data, message) => {
    expect(() => formatPropertyString(NET, data)).toThrow(PropertyStringError)
    expect(() => formatPropertyString(NET, data)).toThrow(message)
  })
})

test('the order of starting has a shape, though the original checks it by code', () => {
  const values = parsePropertyString('pve-startup-order', '1,up=30')
  expect(values).toEqual({ order: '1', up: '30' })
  expect(formatPropertyString('pve-startup-order', values)).toBe('1,up=30')
  expect(checkFormat('pve-startup-order', 'up=-1')).toBe('unable to parse startup options\n')
})
