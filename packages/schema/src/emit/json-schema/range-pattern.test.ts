import { expect, test } from 'vitest'
import { rangePattern } from './range-pattern.js'

test.each([
  [0, '0'],
  [7, '[0-7]'],
  [15, '(?:[0-9]|1[0-5])'],
  [31, '(?:[0-9]|[1-2][0-9]|3[0-1])'],
  [255, '(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])'],
])('rangePattern: up to %d it is %s', (highest, want) => {
  expect(rangePattern(highest)).toBe(want)
})

test.each([0, 3, 9, 10, 11, 19, 20, 99, 100, 101, 199, 255, 300])(
  'rangePattern: takes 0 to %d and nothing else',
  (highest) => {
    const pattern = new RegExp(`^${rangePattern(highest)}$`)
    const taken = Array.from({ length: 1100 }, (_, number) => number).filter((number) =>
      pattern.test(String(number)),
    )
    expect(taken).toEqual(Array.from({ length: highest + 1 }, (_, number) => number))
    expect(pattern.test('00')).toBe(false)
  },
)
