import { isDeepStrictEqual } from 'node:util'
import { requireDuration } from '../client-options.js'
import type { Clock } from '../clock.js'
import { ProxkitError } from '../errors.js'
import { absence, isAbsence } from '../absence.js'

export interface WatchOptions {
  /** Milliseconds between two looks; 2000 if absent. */
  readonly interval?: number
  /** The member that tells the entries of a list apart; if absent what the API names them by, `upid` or `id`. */
  readonly key?: string
  readonly params?: object
  readonly signal?: AbortSignal
}

/** What became different between two looks at a path. */
export type Change =
  | { readonly kind: 'added'; readonly key: string; readonly now: WatchedEntry }
  | { readonly kind: 'removed'; readonly key: string; readonly before: WatchedEntry }
  | {
      readonly kind: 'changed'
      readonly key: string
      readonly before: WatchedEntry
      readonly now: WatchedEntry
    }

export type WatchedEntry = Readonly<Record<string, unknown>>

export interface WatchAccess {
  readonly path: string
  readonly read: () => Promise<unknown>
  /** The name by which the API tells the entries of this path apart. */
  readonly nameOfKey?: () => Promise<string | undefined>
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
  { path, read, nameOfKey, clock }: WatchAccess,
  { interval = 2000, key, signal }: WatchOptions,
): AsyncGenerator<readonly Change[], void, undefined> {
  requireDuration('interval', interval)
  let before: Entries = new Map()
  let answered = clock.now()
  let name = key
  for (;;) {
    const data = await tolerating(read, clock.now() - answered)
    if (data !== nothing) {
      answered = clock.now()
      if (Array.isArray(data) && data.length > 0) name ??= await keyFor(data, nameOfKey)
      const now = entriesOf(data, { path, name })
      yield [...changesBetween(before, now)]
      before = now
    }
    await clock.sleep(interval, signal)
  }
}

type Entries = ReadonlyMap<string, WatchedEntry>

const nothing = Symbol('no answer')

const tolerating = async (read: () => Promise<unknown>, waited: number): Promise<unknown> => {
  try {
    return await read()
  } catch (error) {
    if (isAbsence(error) && waited <= absence) return nothing
    throw error
  }
}

/** By what entries like this one are told apart: what the API goes on from them by, or what they are called. */
const keyFor = async (
  [first]: readonly unknown[],
  nameOfKey: WatchAccess['nameOfKey'],
): Promise<string> => {
  const given = await nameOfKey?.()
  const names = [...(given === undefined ? [] : [given]), 'upid', 'id']
  return names.find((name) => isEntry(first) && name in first) ?? given ?? 'id'
}

const entriesOf = (
  data: unknown,
  { path, name = '' }: { path: string; name: string | undefined },
): Entries => {
  // What is no list is one entry.
  if (!Array.isArray(data)) return new Map(isEntry(data) ? [[path, data]] : [])
  const entries = new Map<string, WatchedEntry>()
  for (const entry of data) {
    const key: unknown = isEntry(entry) ? entry[name] : undefined
    if (typeof key !== 'string' && typeof key !== 'number') {
      throw new ProxkitError(
        `an entry of ${path} has no ${name}: give another key to tell them apart`,
      )
    }
    entries.set(String(key), entry)
  }
  return entries
}

const isEntry = (value: unknown): value is WatchedEntry =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function* changesBetween(before: Entries, now: Entries): Generator<Change> {
  for (const [key, entry] of before)
    if (!now.has(key)) yield { kind: 'removed', key, before: entry }
  for (const [key, entry] of now) {
    const old = before.get(key)
    if (!old) yield { kind: 'added', key, now: entry }
    else if (!isDeepStrictEqual(old, entry)) yield { kind: 'changed', key, before: old, now: entry }
  }
}
