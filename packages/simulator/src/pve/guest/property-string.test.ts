import { describe, expect, it } from 'vitest'
import { formatProperties, readProperties } from './property-string.js'

const shape = {
  defaultKey: 'file',
  properties: {
    file: { type: 'string' },
    on: { type: 'boolean', optional: true },
    size: { type: 'string', format: 'disk-size', optional: true },
    old: { alias: 'on', type: 'boolean', optional: true },
  },
} as const

const device = {
  defaultKey: 'model',
  properties: {
    model: { type: 'string' },
    macaddr: { type: 'string', optional: true, keyAlias: 'model' },
    virtio: { alias: 'macaddr', keyAlias: 'model', type: 'string', optional: true },
    bridge: { type: 'string', optional: true },
  },
} as const

describe('a property string', () => {
  it.each([
    ['a:b', { file: 'a:b' }],
    ['file=a:b,on=yes', { file: 'a:b', on: '1' }],
    ['a:b,old=off', { file: 'a:b', on: '0' }],
    ['a:b,,size=1G', { file: 'a:b', size: '1G' }],
  ])('%s is read', (text, properties) => {
    expect({ ...readProperties(text, shape) }).toEqual(properties)
  })

  it('is printed with its default key in front and the others sorted', () => {
    expect(formatProperties({ size: '1024M', on: '1', file: 'a:b' }, shape)).toBe(
      'a:b,on=1,size=1G',
    )
  })

  it('names a model and its address in one', () => {
    const read = readProperties('virtio=BC:24:11:00:00:01,bridge=vmbr0', device)
    expect({ ...read }).toEqual({
      model: 'virtio',
      macaddr: 'BC:24:11:00:00:01',
      bridge: 'vmbr0',
    })
  })
})
