import { ApidocError } from './apidoc-error.js'

// Narrows what was parsed from a description; `what` names it in the error.

export type RawRecord = Readonly<Record<string, unknown>>

export function requireRecord(value: unknown, what: string): RawRecord {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new ApidocError(`expected an object for ${what}, found ${JSON.stringify(value)}`)
}

export function requireList(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new ApidocError(`expected a list for ${what}, found ${JSON.stringify(value)}`)
}

export function requireString(value: unknown, what: string): string {
  if (typeof value === 'string') return value
  throw new ApidocError(`expected a text for ${what}, found ${JSON.stringify(value)}`)
}

/** Truth as Perl sees it and as the descriptions write it: 0, 1, "0", "1", true, false. */
export const isTrue = (value: unknown): boolean => value !== '0' && Boolean(value)
