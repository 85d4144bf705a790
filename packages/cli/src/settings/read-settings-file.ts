import { readFile } from 'node:fs/promises'
import { systemCode } from '../system-code.js'
import { UsageError } from '../usage-error.js'
import { settings } from './settings.js'

/** The settings in a YAML or JSON file, by name, as texts. */
export async function readSettingsFile(path: string): Promise<ReadonlyMap<string, string>> {
  const entries = Object.entries(await readFields(path))
  const names = new Set(settings.flatMap(({ name }) => (name === 'config' ? [] : [name])))
  return new Map(
    entries.map(([name, value]) => {
      if (!names.has(name)) {
        throw new UsageError(`${path}: there is no setting ${name}, only ${[...names].join(', ')}`)
      }
      if (!['string', 'number', 'boolean'].includes(typeof value)) {
        throw new UsageError(`${path}: ${name} is not a text, a number or true or false`)
      }
      return [name, String(value)]
    }),
  )
}

async function readFields(path: string): Promise<object> {
  const { parse, YAMLParseError } = await import('yaml')
  try {
    const value: unknown = parse(await readFile(path, 'utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch (error) {
    if (error instanceof YAMLParseError) throw new UsageError(`${path}: ${error.message}`)
    const code = systemCode(error)
    if (code === undefined) throw error
    throw new UsageError(`cannot read the settings in ${path}: ${code}`)
  }
  throw new UsageError(`${path}: settings are written as name: value`)
}
