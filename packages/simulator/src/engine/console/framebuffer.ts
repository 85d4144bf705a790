import { type Color, encodeColor, type PixelFormat } from './pixel-format.js'

/** A picture: a frame, bars of colour, and a block for each key that was pressed. */
export class Framebuffer {
  static readonly width = 720
  static readonly height = 400
  hasChanged = true
  readonly #keys: number[] = []

  press(key: number): void {
    this.#keys.push(key)
    if (this.#keys.length > blocksPerLine) this.#keys.shift()
    this.hasChanged = true
  }

  /** What is to be seen, row by row. */
  pixels(format: PixelFormat): Buffer {
    this.hasChanged = false
    const { width, height } = Framebuffer
    const pixels = Buffer.alloc(width * height * format.bytesPerPixel)
    const fill = (color: Color, [left, top, columns, rows]: Area): void => {
      const pixel = encodeColor(color, format)
      for (let y = top; y < top + rows; y += 1) {
        const start = (y * width + left) * pixel.length
        pixels.fill(pixel, start, start + columns * pixel.length)
      }
    }
    fill(orange, [0, 0, width, height])
    fill(background, [8, 8, width - 16, height - 16])
    for (const [index, color] of bars.entries()) fill(color, [8 + index * 88, 8, 88, 192])
    for (const [index, key] of this.#keys.entries()) {
      fill([255, 255, key & 255], [16 + index * 17, 300, 16, 16])
    }
    return pixels
  }
}

type Area = readonly [left: number, top: number, columns: number, rows: number]

const blocksPerLine = 40
const orange: Color = [229, 112, 0]
const background: Color = [16, 16, 32]
const bars: readonly Color[] = [
  [255, 255, 255],
  [255, 255, 0],
  [0, 255, 255],
  [0, 255, 0],
  [255, 0, 255],
  [255, 0, 0],
  [0, 0, 255],
  [0, 0, 0],
]
