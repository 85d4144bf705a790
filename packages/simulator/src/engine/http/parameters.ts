import { isUtf8 } from 'node:buffer'
import { decodeJson as decodeJsonText } from '@proxkit/schema'

/** Parameters as they arrive: those of a query or a form are as `decodeUrlencoded` gives them. */
export type WireParams = Record<string, unknown>

/** The body could not be read; the text goes to the client as it is. */
export class BodyError extends Error {
  override readonly name = 'BodyError'
}

/**
 * Reads a JSON body; anything but an object is refused with the original's text, which tells whether parameters of the
 * query were to be added.
 */
export function decodeJson(body: Buffer, { hasQuery }: { readonly hasQuery: boolean }): WireParams {
  const value = parseJson(body)
  if (value === null) return emptyParams()
  if (typeof value === 'object' && !Array.isArray(value)) return Object.assign(emptyParams(), value)
  const place = `at ${original} line ${hasQuery ? 943 : 978}.`
  throw new BodyError(
    typeof value === 'string' || typeof value === 'number'
      ? `Can't use string ("${value}") as a HASH ref while "strict refs" in use ${place}`
      : `Not a HASH reference ${place}`,
  )
}

// The original shows its clients where it read the body and where it used it.
const original = '/usr/share/perl5/PVE/APIServer/AnyEvent.pm'
const parserPlace = `at ${original} line 934.`

function parseJson(body: Buffer): unknown {
  const text = strictUtf8(body)
  try {
    // Numbers of so many digits and halves of characters are read differently, and nesting has its limit.
    if (text !== undefined && !/\d{16}|\\u[dD][89a-fA-F]/.test(text) && !mayBeDeep(text)) {
      return JSON.parse(text)
    }
  } catch {
    // The other parser finds the mistake too, and has the words for it.
  }
  const decoded = decodeJsonText(body.toString('latin1'))
  if ('error' in decoded) throw new BodyError(`${decoded.error} ${parserPlace}`)
  return decoded.value
}

/** More opening brackets than the original reads levels. */
function mayBeDeep(text: string): boolean {
  return text.split(/[[{]/, 514).length > 513
}

function strictUtf8(body: Buffer): string | undefined {
  return isUtf8(body) ? body.toString('utf8') : undefined
}

/** An object without a prototype, so that no parameter name is special. */
export function emptyParams(): WireParams {
  const params: WireParams = Object.create(null)
  return params
}
