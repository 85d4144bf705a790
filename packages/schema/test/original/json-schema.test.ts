import { loadDefinition, verifyParameters } from '@proxkit/schema'
import { emitJsonSchema } from '@proxkit/schema/emit'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { operationId } from '../../src/emit/operation-id.js'
import type { Method } from '../../src/model.js'
import { isAbsent } from './answers.js'
import { isOdd, operationAnswers } from './operations.js'

const document = emitJsonSchema(loadDefinition({ product: 'pve', version: '9.2' }))
const ajv = new Ajv2020({ strict: false, allErrors: true })
ajv.addSchema(document)

function schemaOf(method: Method): ValidateFunction {
  const name = `${document.$id}#/$defs/${operationId(method)}.parameters`
  const validate = ajv.getSchema(name)
  if (!validate) throw new Error(`there is no schema ${name}`)
  return validate
}

/** What is decided by code or by the text of a number, so that no schema tells it. */
const untold = [
  /^invalid format - /,
  /^value must have a (?:minimum|maximum) value of /,
  /^value may only be \d+ characters long$/,
  /^value must be at least \d+ characters long$/,
  /^value does not match the regex pattern$/,
  // An empty text or `0` is not made a list.
  /^type check \('array'\) failed - got '0?'$/,
  /^type check \('array'\) failed$/,
  /^type check \('integer'\) failed - got '\d(?:\.\d+)?e\+\d+'$/,
  // A null is as good as absent.
  /^missing property required by /,
]

const files = ['endpoints.json', 'fuzz/endpoints.jsonl.gz']

describe.each(files)('JSON Schema of PVE 9.2 on %s', (file) => {
  const absent = isAbsent(file)
  const plain = operationAnswers(file).filter(({ params }) => !isOdd(params))

  test.skipIf(absent)('takes what is accepted', () => {
    const accepted = plain.filter(
      ({ method, params, isAccepted }) =>
        isAccepted && verifyParameters(method.parameters, params).ok,
    )
    expect(accepted.length).toBeGreaterThan(290)
    const refused = accepted.flatMap(({ method, params }) => {
      const validate = schemaOf(method)
      return validate(params) ? [] : [{ path: method.path, params, errors: validate.errors }]
    })
    expect(refused).toEqual([])
  })

  test.skipIf(absent)('takes of what is refused only what it cannot tell', () => {
    const wrong = plain.flatMap(({ method, params }) => {
      const verification = verifyParameters(method.parameters, params)
      if (verification.ok || !schemaOf(method)(params)) return []
      return Object.values(verification.errors).filter(
        (message) => !untold.some((pattern) => pattern.test(message)),
      )
    })
    expect([...new Set(wrong)]).toEqual([])
  })
})
