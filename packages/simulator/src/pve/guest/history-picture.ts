import { failed } from '../../engine/fault.js'
import { splitList } from '../config-text.js'

interface HistoryRequest {
  /** Where the figures are recorded. */
  readonly file: string
  /** What is recorded there. */
  readonly columns: readonly string[]
  /** Columns that are asked for, as a list. */
  readonly ds: string
  /** Throws where nothing was recorded. */
  readonly rows: () => readonly Readonly<Record<string, number>>[]
}

type Color = readonly [red: number, green: number, blue: number]

const colors: readonly Color[] = [
  [0, 221, 255],
  [255, 0, 0],
]

/**
 * A picture of recorded figures, a line for each column between its axes; what the lines stand for is not written on it.
 *
 * pve-cluster RRD.pm: create_rrd_graph
 */
export async function historyPicture({
  file,
  columns,
  ds,
  rows,
}: HistoryRequest): Promise<{ filename: string; image: string }> {
  const names = splitList(ds)
  if (names.length > colors.length) {
    throw failed('fixme: no color definition at /usr/share/perl5/PVE/RRD.pm line 206.')
  }
  if (names.length === 0) throw failed("RRD error: can't make a graph without contents")
  const recorded = rows()
  const unknown = names.find((name) => !columns.includes(name))
  if (unknown !== undefined) throw failed(`RRD error: No DS called '${unknown}' in '${file}'`)
  const series = names.map((name) => recorded.map((row) => figure(row, name)))
  // Bytes stand for characters in the answer.
  const image = await draw(series)
  return { filename: `${file}_${names.join('_')}.png`, image: image.toString('latin1') }
}

/** Shares are shown in percent. */
function figure(row: Readonly<Record<string, number>>, name: string): number | undefined {
  const value = row[name]
  return value !== undefined && (name === 'cpu' || name === 'iowait') ? value * 100 : value
}

const black: Color = [0, 0, 0]
const size = { width: 800, height: 200 } as const
const plot = { left: 40, right: 780, top: 20, bottom: 180 } as const

type Series = readonly (number | undefined)[]

async function draw(series: readonly Series[]): Promise<Buffer> {
  const { PNG } = await import('pngjs')
  const png = new PNG({ ...size, colorType: 2 })
  png.data.fill(255)
  const column = (x: number, [from, to]: readonly [number, number], color: Color): void => {
    for (let y = Math.min(from, to); y <= Math.max(from, to); y += 1) {
      png.data.set(color, (y * size.width + x) * 4)
    }
  }
  const { left, right, top, bottom } = plot
  for (let x = left; x <= right; x += 1) column(x, [bottom, bottom], black)
  column(left, [top, bottom], black)
  const highest = Math.max(...series.flat().map((value) => value ?? 0)) || 1
  for (const [index, values] of series.entries()) {
    let before: number | undefined
    for (let x = left; x <= right; x += 1) {
      const value = values[Math.round(((x - left) / (right - left)) * (values.length - 1))]
      const y =
        value === undefined ? undefined : bottom - Math.round((value / highest) * (bottom - top))
      // A line is two dots wide, and joined where it rises or falls.
      if (y !== undefined) column(x, [before ?? y, y - 1], colors[index] ?? black)
      before = y
    }
  }
  return PNG.sync.write(png, { colorType: 2 })
}
