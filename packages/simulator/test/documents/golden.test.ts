import { describe, expect, test } from 'vitest'
import { isGoldenThere } from '../golden/recording.js'
import { replayGolden } from '../golden/replay-golden.js'

const names = (process.env.GOLDEN ?? 'guests/backup-bulk-tasks').split(',')

if (!isGoldenThere) console.log('skipped: ../shared/golden is not there')

describe.skipIf(!isGoldenThere)('recordings of the original', () => {
  test.each(names)('%s', async (name) => {
    const found = await replayGolden(name)
    const different = [...found].filter(([, list]) => list.length > 0)
    for (const [id, list] of process.env.SHOW_DIFFERENCES ? different : []) {
      console.log(
        [
          id,
          ...list.flatMap(([what, want, got]) => [
            `  ${what}`,
            `    recorded ${want}`,
            `    ours     ${got}`,
          ]),
        ].join('\n'),
      )
    }
    console.log(`${name}: ${found.size - different.length} of ${found.size} equal`)
    expect(found.size).toBeGreaterThan(0)
  })
})
