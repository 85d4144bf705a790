import type { Definition, Schema } from '@proxkit/schema'
import { isRecord } from './canonical-json.js'
import { PveshError } from './pvesh-error.js'
import { resultText, type ResultOptions } from './result-text.js'

interface Listing {
  readonly definition: Definition
  readonly path: string
  readonly data: unknown
  readonly returns: Schema
}

/** What lies below a path and what can be done there. pve-manager PVE/CLI/pvesh.pm: ls */
export function childrenText(
  { definition, path, data, returns }: Listing,
  options: ResultOptions,
): string {
  const property = childProperty(returns)
  if (property === undefined) {
    throw new PveshError(`resource '${path}' does not define child links\n`)
  }
  const items = Array.isArray(data) ? data.filter(isRecord) : []
  const rows = items
    .map((item) => String(item[property]))
    .toSorted()
    .map((name) => ({ capabilities: capabilities(definition, `${path}/${name}`), name }))
  const schema: Schema = {
    type: 'array',
    items: { type: 'object', properties: { capabilities: {}, name: {} } },
  }
  const { format } = options
  if (format !== 'text') return resultText(rows, schema, options)
  return rows.map(({ capabilities: letters, name }) => `${letters} ${name}\n`).join('')
}

/** Directory, read, write, create, delete. pve-manager PVE/CLI/pvesh.pm: resource_cap */
function capabilities(definition: Definition, path: string): string {
  const get = definition.find('GET', path)
  const directory = get && childProperty(get.method.returns) !== undefined ? 'D' : '-'
  const letter = (verb: 'PUT' | 'POST' | 'DELETE', text: string): string =>
    definition.find(verb, path) ? text : '-'
  const read = get ? `${directory}r` : '--'
  return read + letter('PUT', 'w') + letter('POST', 'c') + letter('DELETE', 'd')
}

function childProperty(returns: Schema): string | undefined {
  const link = returns.links?.find(({ rel }) => rel === 'child')
  return /^\{(\S+)\}$/.exec(link?.href ?? '')?.[1]
}
