import { TransportError } from '@proxkit/client'
import type { Params } from '@proxkit/schema'
import { Refusal } from './refusal.js'

/**
 * The refusal of a call with which the server broke off, where that is how it refuses: its words go into the status line,
 * and it fails with the line where they repeat a character beyond U+00FF. Undefined where nothing hints at that.
 */
// pve-http-server PVE/APIServer/AnyEvent.pm: response
export function brokenOff(error: unknown, params: Params): Refusal | undefined {
  if (!(error instanceof TransportError) || error.code !== 'UND_ERR_SOCKET') return undefined
  const wide = Object.keys(params).filter((name) => isWide(params[name]))
  if (wide.length === 0) return undefined
  return new Refusal(
    422,
    'the server broke off without a word, as it does where its refusal would repeat a character beyond U+00FF',
    { errors: wide.map((field) => ({ field, message: 'it has a character beyond U+00FF' })) },
  )
}

const isWide = (value: unknown): boolean =>
  /[\u{100}-\u{10FFFF}]/u.test(JSON.stringify(value) ?? '')
