import { type FoundMethod, loadDefinition, type Verb } from '@proxkit/schema'
import { answersOrNone, record } from './answers.js'

/** A call of PVE 9.2 with all of its parameters, and whether the original took them. */
export interface OperationAnswer {
  readonly method: FoundMethod['method']
  readonly params: Readonly<Record<string, unknown>>
  readonly isAccepted: boolean
}

/** The answers about operations that the definition knows, without those that were refused before verification;
 * none where the file is absent. */
export function operationAnswers(file: string): OperationAnswer[] {
  const definition = loadDefinition({ product: 'pve', version: '9.2' })
  return answersOrNone(file).flatMap(({ method, path, params, result }) => {
    const { ok, errors } = record(result)
    const verb = verbs.find((candidate) => candidate === method)
    if (!verb || typeof path !== 'string' || (ok !== true && !errors)) return []
    const found = definition.find(verb, path)
    if (!found) return []
    return [
      {
        method: found.method,
        params: { ...record(params), ...found.pathParams },
        isAccepted: ok === true,
      },
    ]
  })
}

const verbs: readonly Verb[] = ['GET', 'POST', 'PUT', 'DELETE']

/**
 * Whether a value holds what only Perl reads so: a final newline, which `$` passes over, or digits of other scripts,
 * which `\d` takes.
 */
export const isOdd = (params: unknown): boolean =>
  /\\n"|(?![0-9])\p{Nd}/u.test(JSON.stringify(params))
