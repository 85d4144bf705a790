import { numericValue } from '../perl/scalar.js'
import { withoutTrailingEmpty } from '../perl/split-list.js'

/** An address, prefix or range as Perl's Net::IP reads it; the error is that module's text. */
export type NetIp = { readonly version: 4 | 6 } | { readonly error: string }

/** Reads what the firewall takes for an address: `5`, `1.2.3`, a prefix, a range, a sum. */
export function parseNetIp(text: string): NetIp {
  try {
    return { version: readRange(text) }
  } catch (error) {
    if (error instanceof NetIpError) return { error: error.message }
    throw error
  }
}

class NetIpError extends Error {}

interface Address {
  readonly version: 4 | 6
  readonly value: bigint
  /** The address in its full form. */
  readonly text: string
}

// Net::IP: ip_normalize, set
function readRange(text: string): 4 | 6 {
  const [, prefixed, suffix] = /^(\P{White_Space}+?)(\/\P{White_Space}+)\n?$/u.exec(text) ?? []
  if (prefixed !== undefined && suffix !== undefined) {
    const address = readAddress(prefixed)
    const length = /^\/(\p{Nd}+)$/u.exec(suffix)?.[1]
    if (length !== undefined) checkPrefix(address, length)
    return address.version
  }
  const range = splitRange(text)
  if (range !== undefined) {
    const begin = readAddress(range.begin)
    checkOrder(begin, expand(range.end, begin.version))
    return begin.version
  }
  // A sum adds to the address after the blanks; it only has to be an address itself.
  const plus = text.search(/\p{White_Space}\+\p{White_Space}/u)
  return readAddress(plus > 0 ? text.slice(0, plus).trimEnd() : text).version
}

/** The two ends of a range; a line break is allowed around the hyphen only. */
function splitRange(text: string): { begin: string; end: string } | undefined {
  const hyphen = text.indexOf('-', 1)
  const begin = text.slice(0, hyphen).trimEnd() || text.charAt(0)
  const end = text.slice(hyphen + 1).trimStart()
  if (hyphen < 0 || end === '' || begin.includes('\n') || /\n[^]/.test(end)) return undefined
  return { begin, end: end.replace(/\n$/, '') }
}

function readAddress(text: string): Address {
  return expand(text, versionOf(text))
}

function checkPrefix({ value, version }: Address, length: string): void {
  const size = version === 4 ? 32 : 128
  const bits = numericValue(length)
  if (bits > size) {
    throw new NetIpError(`Prefix length ${length} is longer than IP address (${size})`)
  }
  if (value % 2n ** BigInt(size - bits) === 0n) return
  throw new NetIpError(`Invalid prefix ${value.toString(2).padStart(size, '0')}/${length}`)
}

function checkOrder(begin: Address, end: Address): void {
  if (versionOf(end.text) !== begin.version) {
    throw new NetIpError(
      `Begin and End addresses have different IP versions - ${begin.text} - ${end.text}`,
    )
  }
  if (begin.value <= end.value) return
  throw new NetIpError(`Begin address is greater than End address ${begin.text} - ${end.text}`)
}

function versionOf(text: string): 4 | 6 {
  const colons = text.split(':').length - 1
  if (colons > 0) {
    checkIpv6(text, colons)
    return 6
  }
  checkIpv4(text)
  return 4
}

function checkIpv4(text: string): void {
  if (!/^[\p{Nd}.]+\n?$/u.test(text)) throw new NetIpError(`Invalid chars in IP ${text}`)
  if (text.startsWith('.')) throw new NetIpError(`Invalid IP ${text} - starts with a dot`)
  if (/\.\n?$/.test(text)) throw new NetIpError(`Invalid IP ${text} - ends with a dot`)
  const quads = text.split('.')
  if (quads.length > 4) throw new NetIpError(`Invalid IP address ${text}`)
  if (quads.includes('')) throw new NetIpError(`Empty quad in IP address ${text}`)
  const invalid = quads.find((quad) => numericValue(quad) > 255)
  if (invalid !== undefined) throw new NetIpError(`Invalid quad in IP address ${text} - ${invalid}`)
}

function checkIpv6(text: string, colons: number): void {
  // Here Net::IP sets no text of its own, so that an older one shows; this one is the likeliest.
  if (colons > 7) throw new NetIpError(`Invalid IP address ${text}`)
  const groups = withoutTrailingEmpty(text.split(':'))
  const last = groups.length === colons + 1 ? groups.at(-1) : undefined
  const isEmbedded = last !== undefined && isIpv4(last) && !isGroup(last)
  if (!groups.every((group) => group === '' || isGroup(group) || (isEmbedded && group === last))) {
    throw new NetIpError(`Invalid IP address ${text}`)
  }
  if (/^:[^:]/.test(text)) throw new NetIpError(`Invalid address ${text} (starts with :)`)
  if (/[^:]:\n?$/.test(text)) throw new NetIpError(`Invalid address ${text} (ends with :)`)
  if (text.indexOf('::') !== text.lastIndexOf('::')) {
    throw new NetIpError(`Invalid address ${text} (More than one :: pattern)`)
  }
  if (colons + (isEmbedded ? 1 : 0) !== 7 && !text.includes('::')) {
    throw new NetIpError(`Invalid number of octets ${text}`)
  }
}

function isGroup(text: string): boolean {
  return /^[a-f\p{Nd}]{1,4}\n?$/iu.test(text)
}

function isIpv4(text: string): boolean {
  try {
    checkIpv4(text)
    return true
  } catch {
    return false
  }
}

function expand(text: string, version: 4 | 6): Address {
  return version === 4 ? expandIpv4(text) : expandIpv6(text)
}

function expandIpv4(text: string): Address {
  const quads = withoutTrailingEmpty(text.split('.'))
  if (quads.length > 4) throw new NetIpError(`Not a valid IPv address ${text}`)
  if (!quads.every((quad) => /^\p{Nd}{1,3}\n?$/u.test(quad))) {
    throw new NetIpError(`Not a valid IPv4 address ${text}`)
  }
  const numbers = [0, 1, 2, 3].map((index) => numericValue(quads[index] ?? '0'))
  const value = numbers.reduce((sum, quad) => sum * 256n + BigInt(quad & 255), 0n)
  return { version: 4, value, text: numbers.join('.') }
}

function expandIpv6(text: string): Address {
  if (text.indexOf('::') !== text.lastIndexOf('::')) throw new NetIpError('Too many :: in ip')
  const groups = withoutTrailingEmpty(text.replace('::', ':!:').split(':')).flatMap(hexGroups)
  const gap = groups.indexOf('!')
  const filling = Array.from({ length: 9 - groups.length }, () => '0000')
  if (gap >= 0) groups.splice(gap, 1, ...filling)
  const full = groups.map((group) => group.padStart(4, '0')).join(':')
  const digits = full.replaceAll(':', '')
  if (!/^[0-9a-f]{32}$/i.test(digits)) throw new NetIpError(`Bad IP address ${digits}`)
  return { version: 6, value: BigInt(`0x${digits}`), text: full.toLowerCase() }
}

function hexGroups(group: string): string[] {
  if (!group.includes('.')) return [group.trimEnd()]
  const { value } = expandIpv4(group)
  return [(value >> 16n).toString(16), (value & 0xff_ffn).toString(16)]
}
