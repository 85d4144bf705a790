import { describe, expect, test } from 'vitest'
import { knownDifferences } from '../golden/known-differences.js'
import { isGoldenThere } from '../golden/recording.js'
import { replayGolden, type Difference } from '../golden/replay-golden.js'

/** `GOLDEN=guests/running` replays others, `SHOW_DIFFERENCES=1` tells in what they differ. */
const names = process.env.GOLDEN?.split(',') ?? Object.keys(knownDifferences)

if (!isGoldenThere) console.log('skipped: ../shared/golden is not there')

describe.skipIf(!isGoldenThere)('recordings of the original', () => {
  test.each(names)('%s differs where a reason is known, and nowhere else', async (name) => {
    const found = await replayGolden(name)
    const different = [...found].filter(([, list]) => list.length > 0)
    for (const [id, list] of process.env.SHOW_DIFFERENCES ? different : []) {
      console.log([id, ...list.flatMap(shown)].join('\n'))
    }
    console.log(`${name}: ${found.size - different.length} of ${found.size} equal`)
    expect(different.map(([id]) => id).toSorted()).toEqual(
      Object.keys(knownDifferences[name] ?? {}).toSorted(),
    )
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
