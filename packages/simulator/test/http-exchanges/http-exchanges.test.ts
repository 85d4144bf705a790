import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { knownDifferences } from './known-differences.js'
import { isRecorded, readExchanges } from './recorded.js'
import { createRecorded, idleTimeout, Replay } from './replay.js'

const token = 'Authorization: PVEAPIToken=root@pam!full=11111111-1111-4111-8111-111111111111\r\n'
const get = (path: string): string => `GET /api2/${path} HTTP/1.1\r\n${token}\r\n`
const version = get('json/version')

/** The requests behind recorded sequences; a number is a pause as a share of the idle time-out. */
const sequences: Readonly<Record<string, readonly (string | number)[]>> = {
  'protocol/keep-alive-limit': Array.from({ length: 103 }, () => version),
  'protocol/idle-4-s-then-request': [version, 0.6, version],
  'protocol/idle-6-s-then-request': [version, 1.4, version],
  'protocol/error-then-request': [get('json/nope'), version],
  'protocol/extjs-error-keeps-the-connection': [get('extjs/nope'), version],
  'protocol/proxied-then-request': [get('json/access/users'), version],
}

if (!isRecorded) console.log('skipped: ../shared/vectors/http.json is not there')

describe.skipIf(!isRecorded)('recorded exchanges over TLS', () => {
  let replay: Replay
  const found = new Map<string, string[]>()

  beforeAll(async () => {
    replay = await Replay.start(createRecorded())
    for (const recorded of readExchanges('http.json')) {
      found.set(
        recorded.id,
        'sequence' in recorded
          ? await compareSequence(recorded.id, recorded.responses)
          : await replay.exchange(recorded),
      )
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
    expect(different.toSorted()).toEqual(Object.keys(knownDifferences).toSorted())
    expect(found.size - different.length).toBe(381)
  })

  async function compareSequence(id: string, recorded: readonly string[]): Promise<string[]> {
    const steps = sequences[id] ?? []
    const ours = await replay.sequence(
      steps.map((step) => (typeof step === 'number' ? step * idleTimeout : step)),
    )
    const shown = id === 'protocol/keep-alive-limit' ? shorten(ours) : ours
    return JSON.stringify(shown) === JSON.stringify(recorded)
      ? []
      : [`recorded ${recorded.join('; ')}\n      ours     ${shown.join('; ')}`]
  }
})

function shorten(answers: readonly string[]): string[] {
  return [...answers.slice(0, 3), `...(${answers.length} in all)`, ...answers.slice(-4)]
}
