import { expect, test } from 'vitest'
import { formatSize, parseSize } from './size.js'

test.each([
  ['32G', 34_359_738_368, '32G'],
  ['1.5G', 1_610_612_736, '1536M'],
  ['528K', 540_672, '528K'],
  ['1049KiB', 1_074_176, '1049K'],
  ['1023', 1023, '1023'],
  ['2048G', 2_199_023_255_552, '2T'],
  ['0', 0, '0T'],
])('disk size: %s is %i bytes, printed as %s', (text, bytes, printed) => {
  expect(parseSize(text)).toBe(bytes)
  expect(formatSize(bytes)).toBe(printed)
})

test.each(['', '1g', '-1', '1 G', 'abc'])('disk size: %j is none', (text) => {
  expect(parseSize(text)).toBeUndefined()
})
