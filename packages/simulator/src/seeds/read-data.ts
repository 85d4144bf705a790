import { createRequire } from 'node:module'
import type * as Yaml from 'yaml'
import { SeedError } from './seed-error.js'

/**
 * What JSON or YAML text says, once `check` takes it. Throws a `SeedError` that names the file and the place of the
 * mistake.
 */
export function readData<T>(
  text: string,
  { file, check }: { readonly file: string; readonly check: (value: unknown) => T },
): T {
  try {
    return check(/^\s*[[{]/.test(text) ? parseJson(text) : parseYaml(text))
  } catch (error) {
    throw error instanceof SeedError ? error.in(file) : error
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // JSON is YAML too, and that parser knows lines and columns; it also takes comments and trailing commas.
    return parseYaml(text)
  }
}

function parseYaml(text: string): unknown {
  // Loaded only here, since most simulators start without a file; `require` because this function is synchronous.
  const require = createRequire(import.meta.url)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `require` knows no types; these are the module's own
  const yaml = require('yaml') as typeof Yaml
  const lineCounter = new yaml.LineCounter()
  const document = yaml.parseDocument(text, { prettyErrors: false, lineCounter })
  const [error] = document.errors
  if (!error) return document.toJS()
  const { line, col } = lineCounter.linePos(error.pos[0])
  throw new SeedError(`${line}:${col}`, error.message, { cause: error })
}
