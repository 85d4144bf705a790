/** Seconds of a step and number of steps. pve-cluster RRD.pm: create_rrd_data */
const ranges: Readonly<Record<string, readonly [step: number, count: number]>> = {
  hour: [60, 60],
  day: [60, 1440],
  week: [60 * 30, 336],
  month: [60 * 30, 1440],
  year: [3600 * 6, 1440],
  decade: [86_400 * 7, 570],
}

/** Seconds since the epoch. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Rows of recorded figures up to now, each with the figures that `figures` tells for its span. */
export function historyRows(
  timeframe: string,
  { now, figures }: { now: number; figures: (span: Span) => Readonly<Record<string, number>> },
): Record<string, number>[] {
  const [step, count] = ranges[timeframe] ?? [60, 60]
  const end = Math.floor(now / step) * step
  return Array.from({ length: count }, (_, index) => {
    const from = end - (count - index) * step
    return { time: from, ...figures({ from, to: from + step }) }
  })
}
