import { expect, test } from 'vitest'
import { formatBytes, formatDuration, formatShare } from '../browser/format.js'
import { serverEvents } from '../browser/server-events.js'

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1.5 * 2 ** 30, '1.5 GiB'],
  [800 * 2 ** 30, '800 GiB'],
  [2 ** 60, '1024 PiB'],
])('formatBytes: %d are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

test.each([
  [0, '0.0 %'],
  [0.034, '3.4 %'],
  [0.5, '50 %'],
])('formatShare: %d is %s', (share, text) => expect(formatShare(share)).toBe(text))

test.each([
  [0, '0 s'],
  [59.9, '59 s'],
  [61, '1 min 1 s'],
  [86_400, '1 d 0 h'],
  [7200, '2 h 0 min'],
])('formatDuration: %d seconds are %s', (seconds, text) =>
  expect(formatDuration(seconds)).toBe(text),
)

test('serverEvents: pieces may end anywhere', async () => {
  const found: unknown[] = []
  for await (const event of serverEvents(pieces())) found.push(event)
  expect(found).toEqual([
    { name: 'a', data: '{"text":"x: y"}' },
    { name: 'b', data: '2' },
  ])
})

async function* pieces() {
  yield 'event: a\nda'
  yield 'ta: {"text":"x: y"}\n'
  yield '\nevent: b\ndata: 2\n\nevent: c\ndata: 3'
}
