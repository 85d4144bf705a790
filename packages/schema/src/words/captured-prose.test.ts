import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { extractTree } from '../apidoc/extract-tree.js'
import { products } from '../products.js'
import { loadWords } from './load-words.js'

const folder = new URL('../../../../../shared/apidoc/', import.meta.url)
const captured = existsSync(folder)
if (!captured) console.warn('skipped: the captured API descriptions are not present')

// Names and short labels such as "VM name" are facts that can hardly be said in another way.
const longestLabel = 4
const longestSharedRun = 7

describe.skipIf(!captured)('our words are not those of the captured descriptions', () => {
  const theirs = new Set<string>()
  const theirRuns = new Set<string>()
  for (const file of (captured ? readdirSync(folder) : []).filter((name) => name.endsWith('.gz'))) {
    const text = gunzipSync(readFileSync(new URL(file, folder))).toString('utf8')
    for (const prose of proseOf(extractTree(text))) {
      const words = wordsOf(prose)
      theirs.add(words.join(' '))
      for (const run of runsOf(words)) theirRuns.add(run)
    }
  }

  test.each(products)('%s: no sentence is equal', (product) => {
    const equal = oursOf(product).filter(({ text }) => {
      const words = wordsOf(text)
      return words.length > longestLabel && theirs.has(words.join(' '))
    })
    expect(equal).toEqual([])
  })

  test.each(products)('%s: no run of eight words is shared', (product) => {
    const shared = oursOf(product).filter(({ text }) =>
      runsOf(wordsOf(text)).some((run) => theirRuns.has(run)),
    )
    expect(shared).toEqual([])
  })
})

const proseKeys = new Set(['description', 'verbose_description', 'title', 'format_description'])

function* proseOf(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'string' && proseKeys.has(key)) yield inner
    yield* proseOf(inner)
  }
}

interface Entry {
  readonly of: string
  readonly text: string
}

function oursOf(product: (typeof products)[number]): Entry[] {
  const { operations, parameters, exceptions } = loadWords(product)
  const tables = [['', operations], ['', parameters], ...exceptions] as const
  return tables.flatMap(([place, table]) =>
    Array.from(table, ([name, text]) => ({ of: `${place} ${name}`.trim(), text })),
  )
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

function runsOf(words: readonly string[]): string[] {
  const length = longestSharedRun + 1
  return words
    .slice(0, Math.max(0, words.length - length + 1))
    .map((_, start) => words.slice(start, start + length).join(' '))
}
