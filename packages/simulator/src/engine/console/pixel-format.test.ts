import { describe, expect, it } from 'vitest'
import { encodeColor, readPixelFormat, standardFormat } from './pixel-format.js'

const orange = [255, 128, 0] as const

describe('a pixel', () => {
  it.each([
    ['as it comes', standardFormat.bytes, '0080ff00'],
    ['big-endian', Buffer.of(32, 24, 1, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0), '00ff8000'],
    ['of 16 bits', Buffer.of(16, 16, 0, 1, 0, 31, 0, 63, 0, 31, 11, 5, 0, 0, 0, 0), '00fc'],
    ['of 8 bits', Buffer.of(8, 8, 0, 1, 0, 7, 0, 7, 0, 3, 0, 3, 6, 0, 0, 0), '27'],
    [
      'with red and blue exchanged',
      Buffer.of(32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 0, 8, 16, 0, 0, 0),
      'ff800000',
    ],
    [
      'that cannot hold its colours',
      Buffer.of(8, 8, 0, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0),
      '00',
    ],
  ])('%s', (_, bytes, pixel) => {
    const format = readPixelFormat(bytes)
    expect(format && encodeColor(orange, format).toString('hex')).toBe(pixel)
  })

  it.each([
    ['a palette', Buffer.of(8, 8, 0, 0, 0, 7, 0, 7, 0, 3, 0, 3, 6, 0, 0, 0)],
    ['24 bits', Buffer.of(24, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0)],
  ])('is not drawn with %s', (_, bytes) => {
    expect(readPixelFormat(bytes)).toBeUndefined()
  })
})
