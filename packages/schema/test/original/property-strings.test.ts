import { describe, expect, test } from 'vitest'
import { normaliseSchema } from '../../src/apidoc/normalise-schema.js'
import type { Schema } from '../../src/model.js'
import {
  formatPropertyString,
  parsePropertyString,
} from '../../src/property-string/property-string.js'
import { PropertyStringError } from '../../src/property-string/property-string-error.js'
import { type Answer, answersOrNone, compare, isAbsent, record, unordered } from './answers.js'

type Outcome = Readonly<Record<string, unknown>>

function formatOf(format: unknown): Schema | string {
  return typeof format === 'string' ? format : (normaliseSchema({ format }).propertyString ?? {})
}

function optionsOf({ path, ppath, additional, options }: Answer): object {
  const prefix = path ?? ppath
  return {
    ...(prefix !== undefined && { path: prefix }),
    ...(additional !== undefined && { additionalProperties: Boolean(additional) }),
    ...record(options),
  }
}

function attempt(run: () => Outcome): Outcome {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof PropertyStringError)) throw error
    return { message: error.message, errors: error.errors }
  }
}

function both(answer: Answer): { got: unknown; original: unknown } {
  const { op, value, data } = answer
  const format = formatOf(answer.format)
  const options = optionsOf(answer)
  const got = attempt(() => {
    if (op === 'print_property_string') {
      return { value: formatPropertyString(format, texts(data), options) }
    }
    const values = parsePropertyString(format, String(value), options)
    return { value: values, ...reprinted(format, values, record(answer.result)) }
  })
  return { got, original: originalOf(record(answer.result)) }
}

/** Some answers also tell how the values are written again. */
function reprinted(
  format: Schema | string,
  values: Record<string, string>,
  result: Answer,
): Outcome {
  if (result.printed === undefined && result.print_error === undefined) return {}
  return { printed: attempt(() => ({ text: formatPropertyString(format, values) })) }
}

function originalOf({ ok, value, printed, print_error, ...rest }: Answer): Outcome {
  if (ok !== true) {
    return { message: String(rest.message ?? rest.die).trimEnd(), errors: record(rest.errors) }
  }
  const text = typeof value === 'string' ? value : texts(value)
  if (printed !== undefined) return { value: text, printed: { text: printed } }
  if (typeof print_error !== 'string') return { value: text }
  return { value: text, printed: { message: print_error.trimEnd(), errors: {} } }
}

function texts(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(record(value)).map(([key, item]) => [key, String(item)]))
}

const isAboutFormat = ({ op }: Answer): boolean => op !== 'param_parse'

describe.skipIf(isAbsent('property-strings.json'))(
  'property strings: answers as the original does',
  () => {
    test.each(answersOrNone('property-strings.json').filter(isAboutFormat))(
      '$id $group',
      (answer) => {
        const { got, original } = both(answer)
        expect(unordered(got)).toEqual(unordered(original))
      },
    )
  },
)

test.skipIf(isAbsent('fuzz/property.jsonl.gz'))('property strings: random text', () => {
  const answers = answersOrNone('fuzz/property.jsonl.gz').filter(isAboutFormat)
  const { share, different } = compare(answers, both)
  expect(share, different.join('\n')).toBeGreaterThanOrEqual(0.998)
})
