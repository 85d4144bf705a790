import { listDefinitions, loadDefinition } from '@proxkit/schema'
import { emitJsonSchema } from '@proxkit/schema/emit'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'

test.each(listDefinitions())('$product $version compiles', (given) => {
  const definition = loadDefinition(given)
  const document = emitJsonSchema(definition)
  const ajv = new Ajv2020({ strict: false })
  ajv.addSchema(document)
  const names = Object.keys(document.$defs)
  expect(names.length).toBeGreaterThan(2 * Array.from(definition.methods()).length)
  for (const name of names) expect(ajv.getSchema(`${document.$id}#/$defs/${name}`)).toBeDefined()
})
