import { type Definition, describeParameter, type Method, type Schema } from '@proxkit/schema'
import { type Known, knownOptions, parseOptions } from './parse-options.js'
import { PveshError } from './pvesh-error.js'

interface UsageOptions {
  /** `<api_path>`, where it is still to be given. */
  readonly argument?: string
  readonly hasFormat?: boolean
}

/** The command line of a call in one line. pve-common PVE/RESTHandler.pm: getopt_usage */
export function usageLine(
  prefix: string,
  known: Known,
  { argument, hasFormat = false }: UsageOptions = {},
): string {
  const names = Object.keys(known).toSorted()
  const required = names
    .filter((name) => !isOptional(known[name]))
    .map((name) => `--${name} <${known[name]?.type ?? 'string'}>`)
  const words = [...(argument === undefined ? [] : [argument]), ...required]
  const options = names.length > 0 ? ' [OPTIONS]' : ''
  return `${prefix} ${words.join(' ')}${options}${hasFormat ? ' [FORMAT_OPTIONS]' : ''}\n`
}

function isOptional(schema: Schema | undefined): boolean {
  return schema?.optional === true
}

/** The command lines of all calls of a path. pve-manager PVE/CLI/pvesh.pm: usage */
export function usageText(definition: Definition, path: string, words: readonly string[]): string {
  const { options } = parseOptions(words, {
    command: { type: 'string', optional: true },
    verbose: { type: 'boolean', optional: true },
  })
  const { command } = options
  const lines = calls.flatMap(([name, verb]) => {
    const found =
      command === undefined || command === name ? definition.find(verb, path) : undefined
    if (!found) return []
    const known = knownOptions(found.method, found.pathParams)
    const line = `USAGE: ${usageLine(`pvesh ${name} ${path}`, known)}`
    return options['verbose'] === '1' ? line + optionsText(definition, found.method, known) : line
  })
  if (lines.length > 0) return lines.join('')
  throw new PveshError(
    command === undefined
      ? `no such resource '${path}'\n`
      : `no '${String(command)}' handler for '${path}'\n`,
  )
}

const calls = [
  ['get', 'GET'],
  ['set', 'PUT'],
  ['create', 'POST'],
  ['delete', 'DELETE'],
] as const

/** In our own words: the vendor's are not part of Proxkit. */
function optionsText(definition: Definition, method: Method, known: Known): string {
  const lines = Object.keys(known)
    .toSorted()
    .map((name) => {
      const words = describeParameter(definition.id, { verb: method.verb, path: method.path, name })
      return `  --${name} <${known[name]?.type ?? 'string'}>\n${words === undefined ? '' : `             ${words}\n`}`
    })
  return `\n${lines.join('\n')}\n`
}
