import { listDefinitions, type Definition } from '@proxkit/schema'
import { loadNamedDefinition, readDefinitionFile } from '@proxkit/schema/cache'
import { systemCode } from '../system-code.js'
import { UsageError } from '../usage-error.js'

interface DefinitionChoice {
  readonly apiVersion: string
  /** Path of a file; goes before the version. */
  readonly definition?: string
}

/** The API to serve: that of a file, or of a version that is known or was pulled. */
export function chooseDefinition({ apiVersion, definition: file }: DefinitionChoice): Definition {
  const definition = file === undefined ? byName(apiVersion) : fromFile(file)
  const { product } = definition.id
  if (product === 'pve') return definition
  throw new UsageError(`cannot simulate ${product}: give a definition of Proxmox VE`)
}

function byName(name: string): Definition {
  const found = loadNamedDefinition(name, { product: 'pve' })
  if (found) return found.definition
  const known = listDefinitions().flatMap(({ product, version }) =>
    product === 'pve' ? [version] : [],
  )
  throw new UsageError(
    `there is no API definition of version ${name}; give ${known.join(', ')}, one that was pulled, or a file with --definition`,
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
