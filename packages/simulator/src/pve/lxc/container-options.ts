import { loadDefinition, type Schema } from '@proxkit/schema'
import { parseBoolean } from '../guest/property-string.js'

/** The option of a container with this name; undefined when there is none. */
export function containerOption(name: string): Schema | undefined {
  known ??= readOptions()
  return known.get(name)
}

/**
 * The value as the original holds it in memory; undefined for one that it would drop with a warning.
 *
 * pve-container LXC/Config.pm: check_type
 */
export function readContainerOption(name: string, value: string): string | undefined {
  const type = containerOption(name)?.type
  if (type === 'boolean') return parseBoolean(value)
  if (type === 'integer') return /^\d+$/.test(value) ? String(Number(value)) : undefined
  if (type === 'number') return /^\d+(?:\.\d+)?$/.test(value) ? value : undefined
  return type && value
}

/** The value as JSON carries it: numbers for integers and booleans, text for all else. */
export function containerOptionData(name: string, value: string): string | number {
  const type = containerOption(name)?.type
  return type === 'integer' || type === 'boolean' ? Number(value) : value
}

let known: ReadonlyMap<string, Schema> | undefined

/** What `GET config` returns is the original's own table of options, but for what only snapshots have. */
function readOptions(): ReadonlyMap<string, Schema> {
  const definition = loadDefinition({ product: 'pve', version: '9.2' })
  const shown = definition.method('GET', '/nodes/{node}/lxc/{vmid}/config')?.returns.properties
  const others = new Set(['digest', 'lxc'])
  const options = Object.entries(shown ?? {}).filter(([name]) => !others.has(name))
  return new Map([...options, ['parent', { type: 'string' }], ['snaptime', { type: 'integer' }]])
}
