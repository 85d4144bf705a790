import { loadDefinition, type Schema } from '@proxkit/schema'
import { parseBoolean } from '../guest/property-string.js'

/** The option of a container with this name; undefined when there is none. */
export function containerOption(name: string): Schema | undefined {
  known ??= readOptions()
  return known.get(name)
}

/** Whether an option may be named in `delete` and `revert`. LXC/Config.pm: option_exists */
export function isContainerOption(name: string): boolean {
  return containerOption(name) !== undefined
}

/**
 * The value as the original holds it in memory. One that makes no sense stays as it is: the original only warns.
 *
 * pve-container LXC/Config.pm: parse_pct_config, check_type
 */
export function readContainerOption(name: string, value: string): string {
  const type = containerOption(name)?.type
  if (type === 'boolean') return parseBoolean(value) ?? value
  return type === 'integer' && /^\d+$/.test(value) ? String(Number(value)) : value
}

/** The value as JSON carries it: numbers for integers and booleans, text for all else. */
export function containerOptionData(name: string, value: string): string | number {
  const type = containerOption(name)?.type
  const isNumber = (type === 'integer' || type === 'boolean') && /^\d+$/.test(value)
  return isNumber ? Number(value) : value
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
