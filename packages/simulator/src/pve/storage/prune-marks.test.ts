import { describe, expect, it } from 'vitest'
import { markBackups, type PruneEntry, type Retention } from './prune-marks.js'

const times = [
  '2026-01-05T10:00:00Z',
  '2026-01-05T10:30:00Z',
  '2026-01-05T12:00:00Z',
  '2026-01-06T01:00:00Z',
  '2026-01-12T01:00:00Z',
  '2026-02-01T01:00:00Z',
  '2027-01-03T01:00:00Z',
]

/** Months, days and hours of the backups that stay. */
function kept(
  retention: Retention,
  marks: Readonly<Record<string, PruneEntry['mark']>> = {},
): string[] {
  const group = times.map((time): PruneEntry => {
    const mark = marks[time]
    return { volid: time, ctime: Date.parse(time) / 1000, type: 'qemu', ...(mark && { mark }) }
  })
  markBackups(group, retention)
  return group.filter(({ mark }) => mark === 'keep').map(({ volid }) => volid.slice(0, 16))
}

describe('markBackups', () => {
  it('keeps all when told so or told nothing', () => {
    expect(kept({ 'keep-all': 1 })).toHaveLength(7)
    expect(kept({})).toHaveLength(7)
    expect(kept({ 'keep-last': 0 })).toHaveLength(7)
  })

  it('keeps the newest ones', () => {
    expect(kept({ 'keep-last': 2 })).toEqual(['2026-02-01T01:00', '2027-01-03T01:00'])
  })

  it('keeps the newest of each hour, day, ISO week, month and year', () => {
    expect(kept({ 'keep-hourly': 9 })).not.toContain('2026-01-05T10:00')
    expect(kept({ 'keep-daily': 9 })).toEqual([
      '2026-01-05T12:00',
      '2026-01-06T01:00',
      '2026-01-12T01:00',
      '2026-02-01T01:00',
      '2027-01-03T01:00',
    ])
    expect(kept({ 'keep-weekly': 9 })).toEqual([
      '2026-01-06T01:00',
      '2026-01-12T01:00',
      '2026-02-01T01:00',
      '2027-01-03T01:00',
    ])
    expect(kept({ 'keep-monthly': 2 })).toEqual(['2026-02-01T01:00', '2027-01-03T01:00'])
    expect(kept({ 'keep-yearly': 9 })).toEqual(['2026-02-01T01:00', '2027-01-03T01:00'])
  })

  it('counts a longer period only from where the shorter ones end', () => {
    expect(kept({ 'keep-last': 1, 'keep-yearly': 1 })).toEqual([
      '2026-02-01T01:00',
      '2027-01-03T01:00',
    ])
  })

  it('neither removes nor counts protected backups', () => {
    expect(kept({ 'keep-last': 1 }, { '2027-01-03T01:00:00Z': 'protected' })).toEqual([
      '2026-02-01T01:00',
    ])
  })
})
