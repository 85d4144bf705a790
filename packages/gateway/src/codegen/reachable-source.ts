import type { Reach } from '@proxkit/schema/cache'
import ipaddr from 'ipaddr.js'
import { ConfigurationError } from '../configuration.js'
import { Refusal } from '../rest/refusal.js'
import type { CodegenOptions } from './codegen.js'

/** Throws where a URL is none that definitions may be fetched from, before anybody asks for its address. */
export function requireSource(text: string, sources: readonly string[]): URL {
  const url = URL.parse(text)
  if (!url || url.protocol !== 'https:') throw refused('it is not an https: URL')
  if (url.username !== '' || url.password !== '') throw refused('it holds a login; none is needed')
  if (sources.some((source) => URL.parse(`https://${source}`)?.host === url.host)) return url
  throw refused(`${url.host} is none of the hosts that are allowed: ${sources.join(', ')}`)
}

/** Lets connections lead to public addresses, and to those of the networks that the operator has named. */
export function sourceReach({
  networks = [],
  lookup,
}: Pick<CodegenOptions, 'networks' | 'lookup'>): Reach {
  const named = networks.map(parseNetwork)
  return {
    lookup,
    requireAllowed(text) {
      const address = ipaddr.isValid(text) ? ipaddr.parse(text) : undefined
      if (address && (isPublic(address) || named.some((network) => isWithin(address, network)))) {
        return
      }
      throw refused(`it is at ${text}, which is not a public address`)
    },
  }
}

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Network = readonly [network: Address, bits: number]

/** Of IPv6 all that embeds an address of IPv4 is out: what it leads to is decided by others. */
const isPublic = (address: Address): boolean =>
  address.range() === 'unicast' &&
  (address.kind() === 'ipv4' || isWithin(address, ipaddr.IPv6.parseCIDR('2000::/3')))

const isWithin = (address: Address, [network, bits]: Network): boolean =>
  address.kind() === network.kind() && address.match(network, bits)

function parseNetwork(text: string): Network {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text)
  throw new ConfigurationError(`'${text}' is no network: give one such as 10.1.0.0/16`)
}

const refused = (message: string): Refusal =>
  new Refusal(400, `nothing is fetched from this source: ${message}`, {
    errors: [{ field: 'source_url', message }],
  })
