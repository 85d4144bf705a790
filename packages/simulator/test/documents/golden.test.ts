import { describe, expect, test } from 'vitest'
import { isGoldenThere } from '../golden/recording.js'
import { recordings } from '../golden/recordings.js'
import { replayGolden, type Difference } from '../golden/replay-golden.js'

/** `GOLDEN=guests/running` replays only some, `SHOW_DIFFERENCES=1` tells in what they differ. */
const names = process.env.GOLDEN?.split(',') ?? Object.keys(recordings)

if (!isGoldenThere) console.log('skipped: ../shared/golden is not there')

describe.skipIf(!isGoldenThere)('recordings of the original', () => {
  test.each(names)('%s', { timeout: 120_000 }, async (name) => {
    const { sent, differences, reordered } = await replayGolden(name)
    for (const [id, list] of process.env.SHOW_DIFFERENCES ? differences : []) {
      console.log([id, ...list.flatMap(shown)].join('\n'))
    }
    const equal = sent - differences.size
    console.log(`${name}: ${equal} of ${sent} equal, ${reordered.length} of them in another order`)
    const known = recordings[name] ?? 0
    if (typeof known === 'number') expect(equal).toBeGreaterThanOrEqual(known)
    else expect([...differences.keys()].toSorted()).toEqual(Object.keys(known).toSorted())
  })
})

/** A difference to read: the lines and members that only one side has. */
function shown([what, recorded, ours]: Difference): string[] {
  const [want, got] = [partsOf(recorded), partsOf(ours)]
  return [
    `  ${what}`,
    ...want.filter((part) => !got.includes(part)).map((part) => `    - ${part}`),
    ...got.filter((part) => !want.includes(part)).map((part) => `    + ${part}`),
  ]
}

function partsOf(text: string): string[] {
  return text.startsWith('{')
    ? text.split(/(?<=[}\]]),(?=[{[])|(?<=["\w]),(?=")/)
    : text.split('\n')
}
