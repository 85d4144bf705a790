import { describe, expect, it } from 'vitest'
import { historyRows } from './history.js'

describe('recorded figures', () => {
  it.each([
    ['hour', 60, 60],
    ['day', 1440, 60],
    ['week', 336, 1800],
    ['month', 1440, 1800],
    ['year', 1440, 21_600],
  ])('of a %s are %i rows, %i seconds apart', (timeframe, count, step) => {
    const rows = historyRows(timeframe, {
      now: 1_767_225_630,
      figures: ({ from, to }) => ({ length: to - from }),
    })
    expect(rows).toHaveLength(count)
    const [first, second] = rows
    expect(Number(second?.time) - Number(first?.time)).toBe(step)
    expect(rows.at(-1)?.time).toBe(Math.floor(1_767_225_630 / step) * step - step)
    expect(first?.length).toBe(step)
  })
})
