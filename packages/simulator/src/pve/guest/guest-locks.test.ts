import { expect, test } from 'vitest'
import { manualClock } from '../../engine/clock.js'
import { GuestLocks } from './guest-locks.js'

const file = '/var/lock/qemu-server/lock-100.conf'

test('guest locks: the second waits for the first', async () => {
  const clock = manualClock()
  const locks = new GuestLocks(clock)
  const order: string[] = []
  const first = locks.hold({ file }, async () => {
    await clock.sleep(2000)
    order.push('first')
  })
  const second = locks.hold({ file, log: (line) => order.push(line) }, () => {
    order.push('second')
  })
  await clock.advance(3000)
  await Promise.all([first, second])
  expect(order).toEqual(['trying to acquire lock...', 'first', ' OK', 'second'])
})

test('guest locks: who waits too long gives up', async () => {
  const clock = manualClock()
  const locks = new GuestLocks(clock)
  const first = locks.hold({ file }, () => clock.sleep(60_000))
  const second = expect(locks.hold({ file }, () => 'never')).rejects.toThrow(
    `can't lock file '${file}' - got timeout`,
  )
  await clock.advance(11_000)
  await second
  await clock.advance(60_000)
  await first
})

test('guest locks: a lock is free again after its holder failed', async () => {
  const locks = new GuestLocks(manualClock())
  await expect(locks.hold({ file }, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await locks.hold({ file }, () => 'free')).toBe('free')
})

test('guest locks: who shares a lock works beside others that do, and shuts out who does not', async () => {
  const clock = manualClock()
  const locks = new GuestLocks(clock)
  const order: string[] = []
  const work = (name: string, seconds: number) => async (): Promise<void> => {
    order.push(`${name} begins`)
    await clock.sleep(seconds * 1000)
    order.push(`${name} ends`)
  }
  const all = [
    locks.hold({ file, shared: true }, work('first', 1)),
    locks.hold({ file, shared: true }, work('second', 2)),
    locks.hold({ file }, work('alone', 1)),
  ]
  await clock.advance(10_000)
  await Promise.all(all)
  expect(order).toEqual([
    'first begins',
    'second begins',
    'first ends',
    'second ends',
    'alone begins',
    'alone ends',
  ])
})
