import { characterCount, isTrue } from '../perl/scalar.js'
import { lazyPattern } from '../perl/lazy-pattern.js'
import { IPV6 } from './address-patterns.js'
import { type FormatCheck, type FormatChecks, matching } from './format-check.js'
import { isAddress } from './network.js'

const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?'
const NAME = String.raw`(?:${LABEL}\.)*${LABEL}`
const TRANSPORT_DOMAIN = new RegExp(String.raw`^\.?${NAME}\n?$`)
const ADDRESS_AT_DOMAIN = lazyPattern(
  () => new RegExp(String.raw`^[^\p{White_Space}/@]+@${NAME}\n?$`, 'u'),
)
const OCTET = String.raw`(?:[0-9]+|\[[0-9]+\.\.[0-9]+\])`
const IPV6_TRANSPORT = lazyPattern(() => new RegExp(`^ipv6:${IPV6}\n?$`, 'i'))
const TLS_POLICY = 'none|may|encrypt|dane|dane-only|fingerprint|verify|secure'

/** The formats that only Proxmox Mail Gateway registers. */
export const PMG_FORMATS: FormatChecks = {
  // pmg-api PMG/Utils.pm
  'pmg-userid': checkUserId,
  // pmg-api PMG/Auth/Plugin.pm: is_valid_realm tells by its result, which nobody looks at
  'pmg-realm': () => undefined,
  // pmg-api PMG/API2/DKIMSign.pm
  'pmg-dkim-record': checkDkimRecord,
  // pmg-api PMG/API2/Postfix.pm
  'pmg-postfix-queue-id': matching(
    /[a-zA-Z0-9]{8}/,
    'value does not look like a valid postfix queue-id',
  ),
  // pmg-api PMG/CertHelpers.pm
  'pmg-certificate-type': matching(
    /^(?:api|smtp)\n?$/,
    (value) => `value '${value}' does not look like a valid certificate type`,
  ),
  'pmg-acme-domain': matching(
    /^(?:\*\.)?[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9][a-z0-9_-]*)+\n?$/iu,
    (value) => `value '${value}' does not look like a valid domain name!`,
  ),
  'pmg-acme-alias': matching(
    /^[a-z0-9_][a-z0-9_-]*(?:\.[a-z0-9_][a-z0-9_-]*)+\n?$/iu,
    (value) => `value '${value}' does not look like a valid alias name!`,
  ),
  // pmg-api PMG/Config.pm
  'transport-domain': matching(
    TRANSPORT_DOMAIN,
    'value does not look like a valid transport domain',
  ),
  'transport-domain-or-email': (value) =>
    ADDRESS_AT_DOMAIN.test(value) || TRANSPORT_DOMAIN.test(value)
      ? undefined
      : 'value does not look like a valid transport domain or email address\n',
  'transport-domain-or-nexthop': checkNextHop,
  'transport-address': (value) =>
    isTransportAddress(value) ? undefined : 'value does not look like a valid address\n',
  'dnsbl-entry': matching(
    lazyPattern(
      () =>
        new RegExp(
          String.raw`^${NAME}(?::?=${OCTET}(?::?\.${OCTET}){3})?(?:\*-?\p{Nd}+)?` + '\n?$',
          'u',
        ),
    ),
    (value) => `value '${value}' does not look like a valid dnsbl entry`,
  ),
  'tls-policy': policyCheck(String.raw`(?![\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}])`),
  'tls-policy-strict': policyCheck('\n?$'),
}

function policyCheck(end: string): FormatCheck {
  return matching(
    lazyPattern(() => new RegExp(`^(?:${TLS_POLICY})${end}`, 'u')),
    (value) => `value '${value}' does not look like a valid tls policy`,
  )
}

function checkUserId(value: string): string | undefined {
  // pmg-api PMG/Utils.pm: verify_username
  const name = isTrue(value) ? value : ''
  const length = characterCount(name)
  if (length < 3) return `user name '${name}' is too short\n`
  if (length > 128) return `user name '${name}' is too long (${length} > 128)\n`
  return /^[^\p{White_Space}:/]+@[A-Za-z][A-Za-z0-9.\-_]+\n?$/u.test(name)
    ? undefined
    : `value '${name}' does not look like a valid user name\n`
}

function checkDkimRecord(value: string): string | undefined {
  // pmg-api PMG/API2/DKIMSign.pm: pmg_verify_dkim_pubkey_record
  const start = '._domainkey\tIN\tTXT\t( "v=DKIM1; h=sha256; k=rsa; "'
  const from = value.indexOf(start)
  const to = value.lastIndexOf(' )  ; ----- DKIM key')
  return from >= 0 && to > from + start.length
    ? undefined
    : 'value does not look like a valid DKIM TXT record\n'
}

function checkNextHop(value: string): string | undefined {
  // pmg-api PMG/Config.pm: pmg_verify_transport_domain_or_nexthop
  if (TRANSPORT_DOMAIN.test(value)) return undefined
  const hop = /^(\P{White_Space}+)\n?$/u.exec(value)?.[1]
  const host = hop === undefined ? undefined : (/^\[(.*)\]$/.exec(hop)?.[1] ?? hop)
  return host !== undefined && isTransportAddress(host)
    ? undefined
    : 'value does not look like a valid domain or next-hop\n'
}

function isTransportAddress(value: string): boolean {
  // pmg-api PMG/Config.pm: pmg_verify_transport_address
  return IPV6_TRANSPORT.test(value) || isAddress(value)
}
