import type { Definition } from '../../definition.js'
import type { Schema } from '../../model.js'
import { allParameters } from '../all-parameters.js'
import { operationId } from '../operation-id.js'
import { productNames } from '../../product-names.js'
import type { JsonSchema } from './json-schema.js'
import { objectSchema } from './object-schema.js'
import type { Reading } from './reading.js'
import { SharedSchemas } from './shared-schemas.js'
import { asParameter, takenReading } from './taken-reading.js'
import { valueSchema } from './value-schema.js'

/** All schemas of a definition, under `$defs`. */
export interface JsonSchemaDocument {
  readonly $schema: string
  readonly $id: string
  readonly title: string
  readonly $defs: Readonly<Record<string, JsonSchema>>
}

/**
 * Writes a definition as JSON Schema 2020-12: per operation `#/$defs/getNodesNodeQemu.parameters`, with the parameters
 * of path, query and body together, and `#/$defs/getNodesNodeQemu.result`, what stands in `data`.
 *
 * Values are described as the server takes them, so whatever `verifyParameters` accepts passes, but for a final newline,
 * which Perl's `$` passes over, and for digits of other scripts. What it refuses fails, but for what a schema cannot
 * tell:
 * - what code decides: named formats (`x-proxmox-format`) and property strings (`x-proxmox-property-string`) are notes;
 * - bounds of a number that is given as text, and limits of a text that is given as a number;
 * - the limits of a text whose items are given as a list, and that an empty text or `0` is not made a list;
 * - patterns for many lines, and a number too great to be written without an exponent;
 * - a null counts as given where another parameter requires it, and a name may stand beside its alias.
 *
 * Results may have members that are not declared, since a later release may add some.
 */
export function emitJsonSchema(definition: Definition): JsonSchemaDocument {
  const { product, version } = definition.id
  const shared = new SharedSchemas('#/$defs/')
  const share = shared.share.bind(shared)
  const parameters = takenReading(share, { closed: true })
  const results = takenReading(share, { closed: false })
  const operations: Record<string, JsonSchema> = {}
  for (const method of definition.methods()) {
    const id = operationId(method)
    operations[`${id}.parameters`] = parametersSchema(allParameters(method), parameters)
    const result = valueSchema(method.returns, results)
    operations[`${id}.result`] = method.returns.optional ? results.optional(result) : result
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:proxkit:${product}:${version}`,
    title: `Parameters and results of ${productNames[product]} ${version}`,
    $defs: { ...operations, ...shared.schemas },
  }
}

function parametersSchema(schema: Schema, reading: Reading): JsonSchema {
  if (schema.allOf || schema.oneOf) return valueSchema(schema, reading)
  return objectSchema(schema, {
    reading,
    write: (parameter, name) => asParameter(valueSchema(parameter, reading, name), parameter),
  })
}
