import { describe, expect, test } from 'vitest'
import { knownDifferences } from './known-differences.js'
import { areRecorded, readRecordings } from './read-recordings.js'
import { replayRecording, type Replayed } from './replay-recording.js'

if (!areRecorded) console.log('skipped: ../shared/recordings is not there')

describe.skipIf(!areRecorded)('exchanges with real servers', () => {
  test('differ where a reason is known, and nowhere else', async () => {
    const replayed: Replayed[] = []
    for (const recording of readRecordings()) replayed.push(...(await replayRecording(recording)))
    const different = replayed.filter(({ differences }) => differences.length > 0)
    const unexplained = different.filter(({ missing }) => missing === undefined)
    if (process.env.SHOW_DIFFERENCES) {
      for (const { id, differences } of unexplained) {
        console.log(`${id}\n    ${differences.join('\n    ')}`)
      }
    }
    const missing = new Set(different.flatMap(({ missing: operation }) => operation ?? []))
    console.log(
      `${replayed.length - different.length} of ${replayed.length} recorded exchanges are equal; only sampled: ` +
        ([...missing].join(', ') || 'nothing'),
    )
    expect(unexplained.map(({ id }) => id).toSorted()).toEqual(
      Object.keys(knownDifferences).toSorted(),
    )
  })
})
