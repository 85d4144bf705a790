import { describe, expect, it } from 'vitest'
import { instantClock, manualClock } from './clock.js'

describe('instantClock', () => {
  it('moves on by each sleep without waiting', async () => {
    const clock = instantClock({ start: 1000 })
    await clock.sleep(86_400_000)
    await clock.sleep(500)
    expect(Math.floor(clock.now() / 1000)).toBe(86_401)
  })

  it('lets others run while someone sleeps in a loop', async () => {
    const clock = instantClock()
    const abort = new AbortController()
    const loop = (async () => {
      for (;;) await clock.sleep(1000, abort.signal)
    })()
    await new Promise((resolve) => {
      setTimeout(resolve, 1)
    })
    abort.abort(new Error('enough'))
    await expect(loop).rejects.toThrow('enough')
  })
})

describe('hurry of the instant clock', () => {
  it('lets work go on to its end that waits for time alone', async () => {
    const clock = instantClock()
    let slept = 0
    const work = (async () => {
      for (; slept < 20; slept += 1) await clock.sleep(1000)
    })()
    await clock.hurry?.(work)
    expect(slept).toBe(20)
  })

  it('does not wait for what comes from outside', async () => {
    const never = new Promise<never>(() => {})
    await expect(instantClock().hurry?.(never)).resolves.toBeUndefined()
  })
})

describe('manualClock', () => {
  it('stands still until it is moved on', async () => {
    const clock = manualClock({ start: 5000 })
    expect(clock.now()).toBe(5000)
    await clock.advance(250)
    expect(clock.now()).toBe(5250)
  })

  it('wakes sleepers in order, each at its own time', async () => {
    const clock = manualClock({ start: 0 })
    const woken: [string, number][] = []
    async function sleeper(name: string, ...lengths: readonly number[]): Promise<void> {
      for (const length of lengths) {
        await clock.sleep(length)
        woken.push([name, clock.now()])
      }
    }
    const all = Promise.all([sleeper('a', 30), sleeper('b', 10, 10, 10), sleeper('c', 100)])
    await clock.advance(50)
    expect(woken).toEqual([
      ['b', 10],
      ['b', 20],
      ['a', 30],
      ['b', 30],
    ])
    await clock.advance(50)
    await all
    expect(woken.at(-1)).toEqual(['c', 100])
  })

  it('forgets a sleeper that was aborted', async () => {
    const clock = manualClock()
    const abort = new AbortController()
    const sleep = clock.sleep(10, abort.signal)
    abort.abort(new Error('enough'))
    await expect(sleep).rejects.toThrow('enough')
    await clock.advance(20)
  })
})

describe('an alarm', () => {
  it('rings when the time is advanced to it', async () => {
    const clock = manualClock({ start: 0 })
    const rung: number[] = []
    clock.alarm(1000, () => rung.push(clock.now()))
    const callOff = clock.alarm(2000, () => rung.push(clock.now()))
    await clock.advance(1500)
    callOff()
    await clock.advance(1500)
    expect(rung).toEqual([1000])
  })

  it('rings when somebody sleeps beyond it, once', async () => {
    const clock = instantClock({ start: 0 })
    let rung = 0
    clock.alarm(60_000, () => (rung += 1))
    clock.alarm(90_000, () => (rung += 1))()
    await clock.sleep(30_000)
    expect(rung).toBe(0)
    await clock.sleep(3_600_000)
    await clock.sleep(3_600_000)
    expect(rung).toBe(1)
  })
})
