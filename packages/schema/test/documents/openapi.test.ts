import { listDefinitions, loadDefinition } from '@proxkit/schema'
import { emitOpenapi } from '@proxkit/schema/emit'
import { validate } from '@readme/openapi-parser'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'

type Operation = ReturnType<typeof emitOpenapi>['paths'][string][string]

describe.each(listDefinitions())('$product $version', (id) => {
  const definition = loadDefinition(id)
  const document = emitOpenapi(definition)

  test('is a valid document', async () => {
    // The validator resolves references in place.
    const copy: Parameters<typeof validate>[0] = JSON.parse(JSON.stringify(document))
    expect(await validate(copy)).toMatchObject({ valid: true, warnings: [] })
  })

  test('has schemas that compile', () => {
    const ajv = new Ajv2020({ strict: false, formats: { int64: true } })
    ajv.addSchema({
      $id: 'urn:proxkit:openapi',
      components: { schemas: document.components.schemas },
    })
    for (const name of Object.keys(document.components.schemas)) {
      expect(ajv.getSchema(`urn:proxkit:openapi#/components/schemas/${name}`)).toBeDefined()
    }
  })

  test('has every operation and every parameter once', () => {
    for (const method of definition.methods()) {
      const operation = document.paths[method.path]?.[method.verb.toLowerCase()]
      const names = operation?.parameters?.map(({ name }) => name) ?? []
      const body = document.components.schemas[bodyName(operation)]?.properties ?? {}
      const wanted = Object.keys(method.parameters.properties ?? {}).filter(
        (name) => name !== 'tmpfilename',
      )
      const given = [...names, ...Object.keys(body)]
      expect(new Set(given).size).toBe(given.length)
      expect(given).toEqual(expect.arrayContaining(wanted))
    }
  })
})

function bodyName(operation: Operation | undefined): string {
  const [content] = Object.values(operation?.requestBody?.content ?? {})
  return content?.schema?.$ref?.replace('#/components/schemas/', '') ?? ''
}
