import {
  type ChecksumAlgorithm,
  checksumAlgorithms,
  checksumDigits,
} from './checksum-algorithms.js'
import type { Checksum } from './tool-types.js'

export interface FindChecksumOptions {
  /** The name that lists have the file under; the last part of the URL if absent. */
  readonly filename?: string
  /** Looked for before all others. */
  readonly preferred?: ChecksumAlgorithm
  readonly signal?: AbortSignal
  /** Gets a text file; `undefined` where there is none. */
  readonly read?: (url: string) => Promise<string | undefined>
}

/**
 * Looks beside a file in the web for its checksum: per algorithm in a list such as `SHA512SUMS`, then in `.sha512` and
 * `.SHA512` behind its name. Only a digest of the right length that is said to be of that very file counts.
 */
export const findChecksum = async (
  url: string,
  { filename = nameOf(url), preferred, signal, read = readText(signal) }: FindChecksumOptions = {},
): Promise<Checksum | undefined> => {
  const order = new Set([...(preferred ? [preferred] : []), ...checksumAlgorithms])
  for (const algorithm of order) {
    const upper = algorithm.toUpperCase()
    const places = [
      { url: sibling(url, `${upper}SUMS`), isList: true },
      { url: suffixed(url, `.${algorithm}`), isList: false },
      { url: suffixed(url, `.${upper}`), isList: false },
    ]
    for (const place of places) {
      signal?.throwIfAborted()
      const digest = digestIn((await read(place.url)) ?? '', { algorithm, filename, ...place })
      if (digest !== undefined) return { algorithm, digest }
    }
  }
  return undefined
}

const toUrl = (text: string): URL => {
  if (URL.canParse(text)) return new URL(text)
  throw new TypeError(`'${text}' is not a URL`)
}

/** The last part of a URL's path, decoded. */
export const nameOf = (url: string): string => {
  const last = toUrl(url).pathname.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}

interface Sought {
  readonly algorithm: ChecksumAlgorithm
  readonly filename: string
  /** A list names each file; a file of its own may hold nothing but the digest. */
  readonly isList: boolean
}

const digestIn = (text: string, { algorithm, filename, isList }: Sought): string | undefined => {
  const hex = `[0-9A-Fa-f]{${checksumDigits[algorithm]}}`
  const gnu = new RegExp(`^\\\\?(${hex})[ \\t]+\\*?(?:\\./)?(.+?)\\s*$`)
  const bsd = new RegExp(`^${algorithm} ?\\((?:\\./)?(.+)\\) ?= ?(${hex})\\s*$`, 'i')
  for (const line of text.split('\n')) {
    const [, gnuDigest, gnuName] = gnu.exec(line) ?? []
    if (gnuName === filename) return gnuDigest?.toLowerCase()
    const [, bsdName, bsdDigest] = bsd.exec(line) ?? []
    if (bsdName === filename) return bsdDigest?.toLowerCase()
  }
  return isList ? undefined : new RegExp(`^\\s*(${hex})\\s*$`).exec(text)?.[1]?.toLowerCase()
}

const sibling = (url: string, name: string): string => {
  const target = toUrl(url)
  target.pathname = target.pathname.replace(/[^/]*$/, name)
  target.search = ''
  target.hash = ''
  return target.href
}

const suffixed = (url: string, suffix: string): string => {
  const target = toUrl(url)
  target.pathname += suffix
  target.hash = ''
  return target.href
}

/** Whatever keeps a file from being read, there is none. */
const readText =
  (signal: AbortSignal | undefined) =>
  async (url: string): Promise<string | undefined> => {
    const limit = AbortSignal.timeout(patience)
    try {
      const response = await fetch(url, {
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      })
      if (response.status === 200) return await response.text()
      await response.body?.cancel()
      return undefined
    } catch {
      signal?.throwIfAborted()
      return undefined
    }
  }

/** Milliseconds for one file. */
const patience = 10_000
