import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { knownPlumbingDifferences } from './known-differences.js'
import { createObserved } from './observed-api.js'
import { inTime, isRecorded, readExchanges } from './recorded.js'
import { Replay } from './replay.js'

if (!isRecorded) console.log('skipped: ../shared/vectors/http-plumbing.json is not there')

describe.skipIf(!isRecorded)('recorded exchanges with a branch that shows what reached it', () => {
  let replay: Replay
  const found = new Map<string, string[]>()

  beforeAll(async () => {
    replay = await Replay.start(createObserved())
    for (const recorded of inTime(readExchanges('http-plumbing.json'))) {
      if (!('sequence' in recorded)) found.set(recorded.id, await replay.exchange(recorded))
    }
    const different = [...found].filter(([, list]) => list.length > 0)
    if (process.env.SHOW_DIFFERENCES) {
      for (const [id, list] of different) console.log(`${id}\n    ${list.join('\n    ')}`)
    }
    console.log(`${found.size - different.length} of ${found.size} recorded exchanges are equal`)
  }, 120_000)

  afterAll(() => replay[Symbol.asyncDispose]())

  test('differ where a reason is known, and nowhere else', () => {
    const different = [...found].flatMap(([id, list]) => (list.length > 0 ? [id] : []))
    expect(different.toSorted()).toEqual(Object.keys(knownPlumbingDifferences).toSorted())
    expect(found.size - different.length).toBe(250)
  })
})
