import { describe, expect, it } from 'vitest'
import { realClock } from './real-clock.js'

describe('realClock', () => {
  it('shows the time of the machine', () => {
    const before = Date.now()
    const shown = realClock().now()
    expect(shown).toBeGreaterThanOrEqual(before)
    expect(shown).toBeLessThanOrEqual(Date.now())
  })

  it('lets an hour pass in milliseconds at the right speed', async () => {
    const clock = realClock({ speed: 3_600_000 })
    const start = clock.now()
    await clock.sleep(3_600_000)
    expect(clock.now() - start).toBeGreaterThanOrEqual(3_600_000)
  })

  it('never wakes anyone too early', async () => {
    const clock = realClock({ start: 0, speed: 3_600_000 })
    for (let round = 0; round < 100; round++) {
      const due = clock.now() + 1
      await clock.sleep(1)
      expect(clock.now()).toBeGreaterThanOrEqual(due)
    }
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the speed %s', (speed) => {
    expect(() => realClock({ speed })).toThrow(
      new RangeError(
        `cannot run a clock at speed ${speed}: give a number above 0, or 0 to stop it`,
      ),
    )
  })

  it('ends a sleep with the reason of an abort', async () => {
    const abort = new AbortController()
    const sleep = realClock().sleep(60_000, abort.signal)
    abort.abort(new Error('enough'))
    await expect(sleep).rejects.toThrow('enough')
    await expect(realClock().sleep(1, abort.signal)).rejects.toThrow('enough')
  })

  it('stands still at speed 0, and goes on from there', async () => {
    const clock = realClock({ start: 5000, speed: 0 })
    const sleep = clock.sleep(3_600_000)
    expect(clock.now()).toBe(5000)
    clock.setSpeed(3_600_000)
    await sleep
    expect(clock.now()).toBeGreaterThanOrEqual(5000 + 3_600_000)
  })

  it('wakes in order whoever is due when it is moved on', async () => {
    const clock = realClock({ start: 0, speed: 0 })
    const woken: [string, number][] = []
    const sleepers = [
      ['late', 2000],
      ['early', 1000],
      ['later than that', 4000],
    ] as const
    for (const [name, length] of sleepers) {
      void clock.sleep(length).then(() => woken.push([name, clock.now()]))
    }
    await clock.advance(3000)
    expect(woken).toEqual([
      ['early', 1000],
      ['late', 2000],
    ])
    expect(clock.now()).toBe(3000)
  })

  it('only goes forward', async () => {
    await expect(realClock().advance(-1)).rejects.toThrow(
      new RangeError('cannot move a clock by -1 ms: time only goes forward'),
    )
  })

  it('rings an alarm in real time', async () => {
    const clock = realClock({ speed: 1000 })
    await new Promise<void>((resolve) => {
      clock.alarm(clock.now() + 500, resolve)
    })
  })

  it('rings once when it is moved beyond an alarm, at its time', async () => {
    const clock = realClock({ start: 0, speed: 0 })
    const rung: number[] = []
    clock.alarm(1000, () => rung.push(clock.now()))
    clock.alarm(2000, () => rung.push(clock.now()))()
    await clock.advance(3000)
    await clock.advance(3000)
    expect(rung).toEqual([1000])
  })
})
