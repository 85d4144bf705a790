import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import {
  createDefinition,
  type Definition,
  type FoundMethod,
  loadDefinition,
  type Verb,
  verifyParameters,
} from '../../src/index.js'
import { scalarText } from '../../src/perl/scalar.js'
import { type Answer, answersOrNone, isAbsent, record, unordered } from './answers.js'
import {
  NEWER_OPERATIONS,
  VERSION_DIFFERENCES,
  type VersionDifference,
} from './version-differences.js'

const ID = { product: 'pve', version: '9.2' } as const
const DEFINITION = loadDefinition(ID)
const NEWER = createDefinition(ID, NEWER_OPERATIONS)
const CONFLICT = 'duplicate parameter (already defined in URI) with conflicting values!'

/** What became of a request. */
interface Outcome {
  readonly isKnown: boolean
  readonly errors: Answer
  /** The parameters that reach the method otherwise than they were sent. */
  readonly changed: Answer
}

const ACCEPTED: Outcome = { isKnown: true, errors: {}, changed: {} }

describe.each(['endpoints.json', 'fuzz/endpoints.jsonl.gz'])(
  'every method of the API: %s',
  (file) => {
    const answers = answersOrNone(file).filter((answer) => foundIn(NEWER, answer) === undefined)

    test.skipIf(isAbsent(file))('refuses and accepts as the original does', () => {
      const different = answers.filter(
        (answer) => !isSame(ourOutcome(answer), originalOutcome(answer), excuses(answer)),
      )
      expect(
        different.map((answer) => JSON.stringify({ ...answer, got: ourOutcome(answer) })),
      ).toEqual([])
    })
  },
)

describe.skipIf(isAbsent('endpoints.json'))('the release of the original', () => {
  const answers = ['endpoints.json', 'fuzz/endpoints.jsonl.gz'].flatMap(answersOrNone)

  test.each(NEWER_OPERATIONS)('$verb $path came later than the definition', ({ verb, path }) => {
    expect(DEFINITION.method(verb, path)).toBeUndefined()
    expect(answers.some((answer) => foundIn(NEWER, answer)?.method.path === path)).toBe(true)
  })

  const differences = VERSION_DIFFERENCES.flatMap(({ operations, ...rest }) =>
    operations.map((operation) => ({ operation, ...rest, operations: [operation] })),
  )
  test.each(differences)('$operation: $reason', (difference) => {
    const concerned = answers.filter((answer) => excuses(answer, [difference]).length > 0)
    const isSeen = concerned.some((answer) => !isSame(ourOutcome(answer), originalOutcome(answer)))
    expect(isSeen).toBe(true)
  })
})

function ourOutcome(answer: Answer): Outcome {
  const found = foundIn(DEFINITION, answer)
  if (found === undefined) return { ...ACCEPTED, isKnown: false }
  const given = record(answer.params)
  const conflict = conflicts(given, found).find((name) => isBlamed(answer, name))
  if (conflict !== undefined) return { ...ACCEPTED, errors: { [conflict]: CONFLICT } }
  const merged: Answer = { ...given, ...found.pathParams }
  const result = verifyParameters(found.method.parameters, merged)
  if (!result.ok) return { ...ACCEPTED, errors: result.errors }
  const changed = Object.entries(result.params).filter(
    ([name, value]) => !isDeepStrictEqual(value, asText(merged[name])),
  )
  return { ...ACCEPTED, changed: Object.fromEntries(changed) }
}

function originalOutcome({ result }: Answer): Outcome {
  const { code, status, errors, changed } = record(result)
  if ((code ?? status) === 501) return { ...ACCEPTED, isKnown: false }
  return { ...ACCEPTED, errors: record(errors), changed: record(changed) }
}

function foundIn(definition: Definition, { method, path }: Answer): FoundMethod | undefined {
  return definition.find(verbOf(method), String(path))
}

function verbOf(method: unknown): Verb {
  return method === 'GET' || method === 'POST' || method === 'PUT' ? method : 'DELETE'
}

// pve-manager PVE/HTTPServer.pm: rest_handler
function conflicts(given: Answer, { pathParams }: FoundMethod): string[] {
  return Object.keys(pathParams).filter((name) => {
    const value = given[name]
    const isText = typeof value === 'string' || typeof value === 'number'
    return Object.hasOwn(given, name) && !(isText && scalarText(value) === pathParams[name])
  })
}

/** The original names the first conflict that it meets, in the order of a hash. */
function isBlamed({ result }: Answer, name: string): boolean {
  const { errors } = record(result)
  const blamed = Object.entries(record(errors)).find(([, message]) => message === CONFLICT)?.[0]
  return blamed === undefined || blamed === name
}

/** A value as it arrives when nothing is done to it but that scalars become text. */
function asText(value: unknown): unknown {
  if (value === null) return null
  if (Array.isArray(value)) return value.map(asText)
  if (typeof value !== 'object') return scalarText(value)
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asText(member)]))
}

/** The differences that concern a request. */
function excuses(
  answer: Answer,
  differences: readonly VersionDifference[] = VERSION_DIFFERENCES,
): VersionDifference[] {
  const found = foundIn(DEFINITION, answer)
  if (found === undefined) return []
  const operation = `${found.method.verb} ${found.method.path}`
  return differences.filter(({ operations }) => operations.includes(operation))
}

/** Whether two outcomes are equal but for what the releases differ in. */
function isSame(one: Outcome, other: Outcome, excused: readonly VersionDifference[] = []): boolean {
  const [left, right] = [comparedErrors(one, excused), comparedErrors(other, excused)]
  if (!isDeepStrictEqual(unordered(left), unordered(right))) return false
  const isExcused = sizeOf(left) < sizeOf(one.errors) || sizeOf(right) < sizeOf(other.errors)
  return (
    isExcused ||
    (one.isKnown === other.isKnown &&
      isDeepStrictEqual(unordered(one.changed), unordered(other.changed)))
  )
}

const sizeOf = (errors: Answer): number => Object.keys(errors).length

function comparedErrors({ errors }: Outcome, excused: readonly VersionDifference[]): Answer {
  const isCompared = (path: string): boolean =>
    excused.every(
      ({ parameters }) => parameters !== 'all' && !parameters.includes(parameterOf(path)),
    )
  return Object.fromEntries(Object.entries(errors).filter(([path]) => isCompared(path)))
}

/** `delete` of `delete[0]`, `net[n]` of `net5`. */
function parameterOf(path: string): string {
  return path.replace(/\[\d+\]$/, '').replace(/^net\d+$/, 'net[n]')
}
