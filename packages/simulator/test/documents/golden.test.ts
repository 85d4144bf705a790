import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isGoldenThere } from '../golden/recording.js'
import { recordings } from '../golden/recordings.js'
import { replayGolden, type Difference } from '../golden/replay-golden.js'

/**
 * `GOLDEN=guests/running` replays only some, `SHOW_DIFFERENCES=1` tells in what they differ, and `WRITE_SHARES=1` writes
 * down how many are equal, for `docs/coverage.md`.
 */
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
    const known = recordings[name] ?? {}
    expect([...differences.keys()].toSorted()).toEqual(Object.keys(known).toSorted())
    if (process.env.WRITE_SHARES) writeShare(name, { sent, equal })
    expect(readShares()[name]).toEqual({ sent, equal })
  })
})

const sharesFile = new URL('../golden/shares.json', import.meta.url)

type Shares = Readonly<Record<string, { readonly sent: number; readonly equal: number }>>

function readShares(): Shares {
  const shares: Shares = JSON.parse(readFileSync(sharesFile, 'utf8'))
  return shares
}

function writeShare(name: string, share: Shares[string]): void {
  const all = Object.entries({ ...readShares(), [name]: share })
  const sorted = Object.fromEntries(all.toSorted(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(sharesFile, `${JSON.stringify(sorted, null, 2)}\n`)
}

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
