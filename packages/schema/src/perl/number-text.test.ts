import { expect, test } from 'vitest'
import { numberText } from './number-text.js'

test.each([
  [0, '0'],
  [-0, '0'],
  [5, '5'],
  [-12, '-12'],
  [0.1, '0.1'],
  [0.1 + 0.2, '0.3'],
  [1.25, '1.25'],
  [100.5, '100.5'],
  [1e-4, '0.0001'],
  [1e-5, '1e-05'],
  [1e-7, '1e-07'],
  [1.5e-10, '1.5e-10'],
  [4_294_967_295, '4294967295'],
  [1e15, '1000000000000000'],
  [1e20, '100000000000000000000'],
  [1e21, '1e+21'],
  [1.234e25, '1.234e+25'],
  [123_456_789.123_456_79, '123456789.123457'],
  [Infinity, 'Inf'],
  [-Infinity, '-Inf'],
  [Number.NaN, 'NaN'],
])('number text: %d is written %s', (value, text) => {
  expect(numberText(value)).toBe(text)
})
