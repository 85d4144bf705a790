import { isDeepStrictEqual } from 'node:util'
import { absence, isAbsence } from '../absence.js'
import type { Change, WatchOptions } from '../call-types.js'
import { requireDuration } from '../client-options.js'
import type { Clock } from '../clock.js'
import { ProxkitError } from '../errors.js'
import { isPlainObject } from '../params.js'

export interface WatchAccess {
  readonly path: string
  readonly read: () => Promise<unknown>
  /** The members by which the API tells the entries of this path apart. */
  readonly identity?: () => Promise<readonly string[] | undefined>
  readonly clock: Clock
}

/** Yields what changes at a path from the first look on, until the loop is left or the signal ends it. */
export async function* watch(
  access: WatchAccess,
  options: WatchOptions,
): AsyncGenerator<Change, void, undefined> {
  let isFirst = true
  for await (const changes of looksAt(access, options)) {
    if (!isFirst) yield* changes
    isFirst = false
  }
}

/** Yields for each look what has changed since the look before; at the first one, all that is there was added. */
export async function* looksAt(
  { path, read, identity, clock }: WatchAccess,
  { interval = 2000, key, signal }: WatchOptions,
): AsyncGenerator<readonly Change[], void, undefined> {
  requireDuration('interval', interval)
  let before: Entries = new Map()
  let answered = clock.now()
  let keyOf = key === undefined ? undefined : givenKey(path, [key].flat())
  for (;;) {
    const data = await tolerating(read, clock.now() - answered)
    if (data !== nothing) {
      answered = clock.now()
      if (Array.isArray(data)) keyOf ??= ownKey(await identity?.())
      const now = entriesOf(data, { path, keyOf })
      yield [...changesBetween(before, now)]
      before = now
    }
    await clock.sleep(interval, signal)
  }
}

type Entries = ReadonlyMap<string, unknown>

/** The text by which an entry of a list is known from one look to the next. */
type KeyOf = (entry: unknown) => string

const nothing = Symbol('no answer')

const tolerating = async (read: () => Promise<unknown>, waited: number): Promise<unknown> => {
  try {
    return await read()
  } catch (error) {
    if (isAbsence(error) && waited <= absence) return nothing
    throw error
  }
}

const givenKey =
  (path: string, names: readonly string[]): KeyOf =>
  (entry) => {
    const key = keyBy(names, entry)
    if (key !== undefined) return key
    throw new ProxkitError(
      `an entry of ${path} has no ${names.join(' and ')}: give another key to tell them apart`,
    )
  }

/** By what the API goes on from an entry by, or what entries are commonly called; else an entry is what it says. */
const ownKey = (identity: readonly string[] | undefined): KeyOf => {
  const candidates = [...(identity ? [identity] : []), ['upid'], ['id']]
  return (entry) => {
    for (const names of candidates) {
      const key = keyBy(names, entry)
      if (key !== undefined) return key
    }
    return typeof entry === 'string' ? entry : JSON.stringify(entry, inOrder)
  }
}

const keyBy = (names: readonly string[], entry: unknown): string | undefined => {
  const members = new Map(isPlainObject(entry) ? Object.entries(entry) : [])
  const values = names.map((name) => members.get(name))
  return values.every(isId) ? values.join('/') : undefined
}

const isId = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number'

/** For `JSON.stringify`: the server's order of members differs from one answer to the next. */
const inOrder = (_name: string, value: unknown): unknown =>
  isPlainObject(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
    : value

const entriesOf = (
  data: unknown,
  { path, keyOf }: { path: string; keyOf: KeyOf | undefined },
): Entries => {
  // What is no list is one entry.
  if (!Array.isArray(data) || !keyOf) return new Map(data === null ? [] : [[path, data]])
  const entries = new Map<string, unknown>()
  for (const entry of data) {
    const key = keyOf(entry)
    if (entries.has(key) && !isDeepStrictEqual(entries.get(key), entry)) {
      throw new ProxkitError(
        `two entries of ${path} are called '${key}': give a key that tells them apart`,
      )
    }
    entries.set(key, entry)
  }
  return entries
}

function* changesBetween(before: Entries, now: Entries): Generator<Change> {
  for (const [key, entry] of before)
    if (!now.has(key)) yield { kind: 'removed', key, before: entry }
  for (const [key, entry] of now) {
    const old = before.get(key)
    if (!before.has(key)) yield { kind: 'added', key, now: entry }
    else if (!isDeepStrictEqual(old, entry)) yield { kind: 'changed', key, before: old, now: entry }
  }
}
