import {
  listPulledDefinitions,
  loadNamedDefinition,
  type NamedDefinition,
  readDefinitionFile,
} from '@proxkit/schema/cache'
import { listDefinitions, type Product } from '@proxkit/schema'
import { existsSync } from 'node:fs'
import { UsageError } from '../usage-error.js'

/**
 * The definition that is meant: a version (of PVE where no product is given), a name, a file, or the newest one. Throws
 * `UsageError` where there is none.
 */
export function findDefinition(
  given: string | undefined,
  product: Product | undefined,
): NamedDefinition {
  const name = given ?? newestOf(product ?? 'pve')
  const found = loadNamedDefinition(name, { product }) ?? readFile(name)
  if (!found) {
    const pulled = listPulledDefinitions().map((definition) => definition.name)
    const names = [...listDefinitions().map(nameOf), ...pulled].join(', ')
    throw new UsageError(
      `there is no API definition '${name}'${product ? ` of ${product}` : ''}: give one of ${names}, or a file, or get one with proxkit schema pull`,
    )
  }
  const { id } = found.definition
  if (product && id.product !== product) {
    throw new UsageError(`'${name}' is a definition of ${id.product}, not of ${product}`)
  }
  return found
}

function newestOf(product: Product): string {
  const newest = listDefinitions().find((known) => known.product === product)
  return newest ? nameOf(newest) : product
}

const nameOf = ({
  product,
  version,
}: {
  readonly product: Product
  readonly version: string
}): string => `${product}-${version}`

function readFile(file: string): NamedDefinition | undefined {
  if (!existsSync(file)) return undefined
  try {
    return readDefinitionFile(file)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new UsageError(`cannot read a definition from ${file}: ${error.message}`, {
      cause: error,
    })
  }
}
