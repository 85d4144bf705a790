import { listDefinitions, loadDefinition, verifyParameters } from '@proxkit/schema'
import { emitJsonSchema } from '@proxkit/schema/emit'
import { Ajv2020 } from 'ajv/dist/2020.js'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { operationId } from '../src/emit/operation-id.js'
import { isOdd } from '../test/original/operations.js'
import { callsOf } from './calls.js'

const seed = Number(process.env.FUZZ_SEED ?? 1)

test.each(listDefinitions())('JSON Schema of $product $version takes what is taken', (id) => {
  const definition = loadDefinition(id)
  const document = emitJsonSchema(definition)
  const ajv = new Ajv2020({ strict: false })
  ajv.addSchema(document)
  let taken = 0
  fc.assert(
    fc.property(callsOf(definition), ({ method, parameters, params }) => {
      const verification = verifyParameters(parameters, params)
      if (!verification.ok || isOdd(params)) return
      const validate = ajv.getSchema(`${document.$id}#/$defs/${operationId(method)}.parameters`)
      taken += 1
      expect({ ok: validate?.(params), errors: validate?.errors }).toEqual({
        ok: true,
        errors: null,
      })
    }),
    { numRuns: 4000, seed },
  )
  expect(taken).toBeGreaterThan(1000)
})
