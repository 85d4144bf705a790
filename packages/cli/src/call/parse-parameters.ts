import { UsageError } from '../usage-error.js'

/** Parameters of a call by name; one that is given several times has all its values. */
export type Parameters = Readonly<Record<string, string | readonly string[]>>

/** Reads `--name value` and `--name=value`. Throws a `UsageError` on anything else. */
export function parseParameters(words: readonly string[]): Parameters {
  const values = new Map<string, string[]>()
  const rest = [...words]
  for (;;) {
    const word = rest.shift()
    if (word === undefined) break
    const [, name, attached] = /^--?([a-z][\w-]*)(?:=(.*))?$/is.exec(word) ?? []
    if (name === undefined) {
      throw new UsageError(`'${word}' is not a parameter; write them as --name value`)
    }
    const value = attached ?? rest.shift()
    if (value === undefined) throw new UsageError(`the parameter --${name} has no value`)
    values.set(name, [...(values.get(name) ?? []), value])
  }
  return Object.fromEntries(
    [...values].map(([name, given]) => [name, given.length === 1 ? (given[0] ?? '') : given]),
  )
}
