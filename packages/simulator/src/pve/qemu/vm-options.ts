import { loadDefinition, type Schema } from '@proxkit/schema'
import { parseBoolean } from '../guest/property-string.js'

/** The option of a virtual machine with this name; undefined when there is none. */
export function vmOption(name: string): Schema | undefined {
  options ??= readOptions()
  return options.get(name)
}

/** Whether an option may appear in `delete` and `revert`. qemu-server QemuServer.pm: option_exists */
export function isVmOption(name: string): boolean {
  return vmOption(name) !== undefined
}

/**
 * The value as the original holds it in memory; throws its text for a value that it would not store.
 * qemu-server QemuServer.pm: check_type
 */
export function checkOption(name: string, value: string): string {
  const option = vmOption(name)
  if (!option) throw new Error(`unknown setting '${name}'`)
  if (/[\n\r]/.test(value)) throw new Error('property contains a line feed')
  const { type = 'string' } = option
  const checked = checkers[type]?.(value) ?? (type in checkers ? undefined : value)
  if (checked === undefined) throw new Error(`type check ('${type}') failed - got '${value}'`)
  return type === 'string' && !option.format && !option.propertyString
    ? value.replace(/^"(.*)"$/, '$1')
    : checked
}

/** The value as JSON carries it: numbers for integers and booleans, text for all else. */
export function optionData(name: string, value: string): string | number {
  const type = vmOption(name)?.type
  return type === 'integer' || type === 'boolean' ? Number(value) : value
}

const checkers: Readonly<Record<string, (value: string) => string | undefined>> = {
  boolean: parseBoolean,
  integer: (value) => (/^\d+$/.test(value) ? String(Number(value)) : undefined),
  number: (value) => (/^\d+(?:\.\d+)?$/.test(value) ? value : undefined),
}

let options: ReadonlyMap<string, Schema> | undefined

/** What `GET config` returns is the original's own table of options, but for the digest. */
function readOptions(): ReadonlyMap<string, Schema> {
  const definition = loadDefinition({ product: 'pve', version: '9.2' })
  const shown = definition.method('GET', '/nodes/{node}/qemu/{vmid}/config')?.returns.properties
  return new Map(Object.entries(shown ?? {}).filter(([name]) => name !== 'digest'))
}
