import { listDefinitions, type Definition, type Product } from '@proxkit/schema'
import { loadNamedDefinition, readDefinitionFile } from '@proxkit/schema/cache'
import { systemCode } from '../system-code.js'
import { UsageError } from '../usage-error.js'

interface DefinitionChoice {
  readonly product: Product
  /** Default: the newest that is known. */
  readonly apiVersion?: string
  /** Path of a file; goes before product and version. */
  readonly definition?: string
}

/** The API to serve: that of a file, or of a version that is known or was pulled. */
export function chooseDefinition({
  product,
  apiVersion,
  definition,
}: DefinitionChoice): Definition {
  if (definition !== undefined) return fromFile(definition)
  return byName(apiVersion ?? newestOf(product), product)
}

/** Versions of a product that come along, the newest first. */
function versionsOf(product: Product): string[] {
  return listDefinitions().flatMap((id) => (id.product === product ? [id.version] : []))
}

function newestOf(product: Product): string {
  return versionsOf(product)[0] ?? ''
}

function byName(name: string, product: Product): Definition {
  const found = loadNamedDefinition(name, { product })
  if (found) return found.definition
  const known = versionsOf(product).join(', ')
  throw new UsageError(
    `there is no API definition of version ${name}; give ${known}, one that was pulled, or a file with --definition`,
  )
}

function fromFile(file: string): Definition {
  try {
    return readDefinitionFile(file).definition
  } catch (error) {
    const code = systemCode(error)
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(
      code === 'ENOENT'
        ? `there is no file ${file}; give an apidoc.js or a definition file`
        : `cannot read the definition ${file}: ${reason}`,
    )
  }
}
