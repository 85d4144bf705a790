/** How a viewer wants its pixels. RFC 6143, 7.4 */
export interface PixelFormat {
  /** As they travel. */
  readonly bytes: Buffer
  readonly bytesPerPixel: 1 | 2 | 4
  readonly isBigEndian: boolean
  /** The largest value and the place of red, green and blue. */
  readonly channels: readonly { readonly max: number; readonly shift: number }[]
}

/** From 0 to 255 each. */
export type Color = readonly [red: number, green: number, blue: number]

/** Undefined where it is none that is drawn here, such as a palette. */
export function readPixelFormat(bytes: Buffer): PixelFormat | undefined {
  const size = (bytes[0] ?? 0) / 8
  if (bytes[3] === 0 || (size !== 1 && size !== 2 && size !== 4)) return undefined
  const channels = [0, 1, 2].map((at) => ({
    max: bytes.readUInt16BE(4 + 2 * at),
    shift: bytes[10 + at] ?? 0,
  }))
  return { bytes, bytesPerPixel: size, isBigEndian: bytes[2] !== 0, channels }
}

/** 32 bits, 24 of them in use, the lowest eight blue. */
export const standardFormat: PixelFormat = {
  bytes: Buffer.of(32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0),
  bytesPerPixel: 4,
  isBigEndian: false,
  channels: [16, 8, 0].map((shift) => ({ max: 255, shift })),
}

/** The bytes of one pixel. */
export function encodeColor(color: Color, format: PixelFormat): Buffer {
  const { bytesPerPixel, channels, isBigEndian } = format
  let value = 0
  for (const [index, { max, shift }] of channels.entries()) {
    value += Math.round(((color[index] ?? 0) * max) / 255) * 2 ** shift
  }
  const pixel = Buffer.alloc(bytesPerPixel)
  // A format may promise more than its pixels hold.
  const fitting = value % 2 ** (8 * bytesPerPixel)
  if (isBigEndian) pixel.writeUIntBE(fitting, 0, bytesPerPixel)
  else pixel.writeUIntLE(fitting, 0, bytesPerPixel)
  return pixel
}
