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
    expect(mapId(parseIdMap(text), id)).toBe(mapped)
  })

  it('that is none leaves every name as it is', () => {
    expect(mapId(undefined, 'a')).toBe('a')
  })
})
