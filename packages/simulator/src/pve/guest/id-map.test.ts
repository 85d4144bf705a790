import { describe, expect, it } from 'vitest'
import { mapId, parseIdMap } from './id-map.js'

describe('a mapping of names', () => {
  it.each([
    ['1', 'a', 'a'],
    ['b', 'a', 'b'],
    ['a:b', 'a', 'b'],
    ['a:b', 'c', 'c'],
    ['a:b,d', 'c', 'd'],
  ])('%s takes %s to %s', (text, id, mapped) => {
    expect(mapId(parseIdMap(text, { name: 'targetstorage', of: 'storage' }), id)).toBe(mapped)
  })

  it.each([
    ['1,a', 'identity mapping cannot be combined with other mappings'],
    ['a:b;1', 'identity mapping cannot be combined with other mappings'],
    ['a,b', 'default target ID can only be provided once'],
    ['a:b,a:c', "duplicate mapping for source 'a'"],
  ])('%s is refused', (text, reason) => {
    const read = (): unknown => parseIdMap(text, { name: 'targetstorage', of: 'storage' })
    const targetstorage = `failed to parse storage map: ${reason}\n`
    expect(read).toThrow(expect.objectContaining({ status: 400, errors: { targetstorage } }))
  })

  it('that is none leaves every name as it is', () => {
    expect(mapId(undefined, 'a')).toBe('a')
  })
})
