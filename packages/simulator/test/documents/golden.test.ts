import { describe, expect, test } from 'vitest'
import { isGoldenThere } from '../golden/recording.js'
import { recordings } from '../golden/recordings.js'
import { replayGolden } from '../golden/replay-golden.js'

/** `GOLDEN=guests/running` replays only some, `SHOW_DIFFERENCES=1` tells in what they differ. */
const names = process.env.GOLDEN?.split(',') ?? Object.keys(recordings)

if (!isGoldenThere) console.log('skipped: ../shared/golden is not there')

describe.skipIf(!isGoldenThere)('recordings of the original', () => {
  test.each(names)('%s', { timeout: 120_000 }, async (name) => {
    const { sent, differences, reordered } = await replayGolden(name)
    for (const [id, list] of process.env.SHOW_DIFFERENCES ? differences : []) {
      const lines = list.map(([what, want, got]) => {
        const from = Math.max(0, firstDifference(want, got) - 60)
        const part = (text: string): string => JSON.stringify(text.slice(from, from + 240))
        return `  ${what}\n    recorded ${part(want)}\n    ours     ${part(got)}`
      })
      console.log([id, ...lines].join('\n'))
    }
    const equal = sent - differences.size
    console.log(`${name}: ${equal} of ${sent} equal, ${reordered.length} of them in another order`)
    const known = recordings[name] ?? 0
    if (typeof known === 'number') expect(equal).toBeGreaterThanOrEqual(known)
    else expect([...differences.keys()].toSorted()).toEqual(Object.keys(known).toSorted())
  })
})

function firstDifference(a: string, b: string): number {
  const index = a.split('').findIndex((unit, at) => unit !== b[at])
  return index === -1 ? a.length : index
}
