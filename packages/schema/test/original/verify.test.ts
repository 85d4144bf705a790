import { describe, expect, test } from 'vitest'
import { normaliseSchema } from '../../src/apidoc/normalise-schema.js'
import { validate } from '../../src/verify/validate.js'
import { verifyParameters } from '../../src/verify/verify-parameters.js'
import { type Answer, answersOrNone, compare, isAbsent, record, unordered } from './answers.js'

function both({ op, schema, params, result }: Answer): { got: unknown; original: unknown } {
  const { ok, value, errors } = record(result)
  const message = 'Parameter verification failed.\n'
  const original = ok === true ? { ok, value } : { ok: false, message, errors }
  const rules = normaliseSchema(schema)
  const got = op === 'handle' ? verifyParameters(rules, record(params)) : validate(rules, params)
  if (!got.ok || !('params' in got)) return { got, original }
  return { got: { ok: true, value: got.params }, original }
}

describe.skipIf(isAbsent('jsonschema.json'))('verify: answers as the original does', () => {
  test.each(answersOrNone('jsonschema.json'))('$id $group', (answer) => {
    const { got, original } = both(answer)
    expect(unordered(got)).toEqual(unordered(original))
  })
})

test.skipIf(isAbsent('fuzz/schema.jsonl.gz'))('verify: random schemas and parameters', () => {
  const { share, different } = compare(answersOrNone('fuzz/schema.jsonl.gz'), both)
  expect(share, different.join('\n')).toBeGreaterThanOrEqual(0.998)
})
