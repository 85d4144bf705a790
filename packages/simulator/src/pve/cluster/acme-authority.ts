import { randomBytes, randomInt } from 'node:crypto'
import { failed } from '../../engine/fault.js'

/** What a certificate authority tells about itself. RFC 8555, 7.1.1 */
export interface AuthorityMeta {
  readonly termsOfService: string
  readonly website: string
  readonly caaIdentities: readonly string[]
}

interface Authority {
  readonly name: string
  readonly url: string
}

/** The directories that the product names. pve-manager API2/ACMEAccount.pm: $acme_directories */
export const authorities: readonly Authority[] = [
  { name: "Let's Encrypt V2", url: 'https://acme-v02.api.letsencrypt.org/directory' },
  {
    name: "Let's Encrypt V2 Staging",
    url: 'https://acme-staging-v02.api.letsencrypt.org/directory',
  },
]

export const defaultDirectory = 'https://acme-v02.api.letsencrypt.org/directory'

/**
 * The authority at a directory, simulated: it registers whoever asks. Throws for all but those that the product names:
 * nodes reach no others.
 */
export function authorityMeta(directory: string): AuthorityMeta {
  if (!authorities.some(({ url }) => url === directory)) {
    throw failed(`Error: GET to ${directory}: 500 No route to host`)
  }
  return {
    termsOfService: 'https://letsencrypt.org/documents/LE-SA-v1.6-August-18-2025.pdf',
    website: 'https://letsencrypt.org',
    caaIdentities: ['letsencrypt.org'],
  }
}

/** Where a new account of an authority is found. */
export function newAccountUrl(directory: string): string {
  return new URL(`/acme/acct/${randomInt(10 ** 8, 10 ** 9)}`, directory).href
}

/** An account as its authority shows it, which keeps addresses to itself. RFC 8555, 7.1.2 */
export function newAccount(now: Date): Readonly<Record<string, unknown>> {
  return {
    key: { kty: 'RSA', e: 'AQAB', n: randomBytes(512).toString('base64url') },
    createdAt: now.toISOString(),
    status: 'valid',
  }
}
