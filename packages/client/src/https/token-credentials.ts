import type { ProductProfile } from '../product.js'
import type { Credentials, Grant } from './credentials.js'

/** An API token: one header, the same on every call. */
export const tokenCredentials = (token: string, product: ProductProfile): Credentials => {
  const headers = ['authorization', `${product.tokenScheme}=${toWire(token, product)}`]
  const grant: Grant = { read: headers, write: headers }
  return { grant: () => grant }
}

/** `root@pam!ci` of `root@pam!ci=…`: the part of a token that is no secret. */
export const tokenIdOf = (token: string): string => {
  const match = tokenForm.exec(token)
  if (match?.groups) return match.groups['id'] ?? ''
  throw new TypeError('auth.token must have the form user@realm!id=secret')
}

// pve-access-control AccessControl.pm: verify_token, split_tokenid
const tokenForm = /^(?<id>[^\s!]+@[^\s!@]+![^\s!=:]+)[=:](?<secret>[\x21-\x7e]+)$/

const toWire = (token: string, product: ProductProfile): string => {
  const id = tokenIdOf(token)
  return `${id}${product.tokenSeparator}${token.slice(id.length + 1)}`
}
