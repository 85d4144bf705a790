import { describe, expect, test } from 'vitest'
import { formatDiskSize, parseDiskSize } from '../../src/formats/disk-size.js'
import { checkFormat } from '../../src/formats/check-format.js'
import { splitList } from '../../src/perl/split-list.js'
import { type Answer, answersOrNone, compare, isAbsent, record, unordered } from './answers.js'

const ANSWERS = answersOrNone('formats.json')

function both({ format, value, valid, message, errors }: Answer): {
  got: unknown
  original: unknown
} {
  const lines = Object.entries(record(errors)).map(([key, text]) => `${key}: ${String(text)}\n`)
  return {
    got: checkFormat(String(format), String(value)),
    original: valid === true ? undefined : [message, ...lines].join(''),
  }
}

describe.skipIf(isAbsent('formats.json'))('formats: answers as the original does', () => {
  test.each(ANSWERS.filter(({ format }) => format !== undefined))('$id $format', (answer) => {
    const { got, original } = both(answer)
    expect(unordered(got)).toEqual(unordered(original))
  })

  test.each(ANSWERS.filter(({ op }) => op === 'parse_size'))('$id $op', ({ value, result }) => {
    expect(parseDiskSize(String(value)) ?? null).toBe(result)
  })

  test.each(ANSWERS.filter(({ op }) => op === 'format_size'))('$id $op', ({ value, result }) => {
    expect(formatDiskSize(Number(value))).toBe(result)
  })

  test.each(ANSWERS.filter(({ op }) => op === 'split_list'))('$id $op', ({ value, result }) => {
    expect(splitList(String(value))).toEqual(result)
  })
})

test.skipIf(isAbsent('fuzz/format.jsonl.gz'))('formats: random values', () => {
  const stable = answersOrNone('fuzz/format.jsonl.gz').filter(({ unstable }) => unstable !== true)
  const { share, different } = compare(stable, both)
  expect(share, different.join('\n')).toBeGreaterThanOrEqual(0.998)
})
