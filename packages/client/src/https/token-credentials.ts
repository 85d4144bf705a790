import type { ProductProfile } from '../product.js'
import type { Credentials, Grant } from './credentials.js'

/** An API token: one header, the same on every call. */
export const tokenCredentials = (token: string, product: ProductProfile): Credentials => {
  const { id, secret } = partsOf(token)
  const headers = ['authorization', tokenAuthorization(token, product)]
  const grant: Grant = { read: headers, write: headers, secrets: [secret] }
  return { user: id, grant: () => grant }
}

/** The value of the header in which a server of this product takes a token. */
export const tokenAuthorization = (
  token: string,
  { token: form }: Pick<ProductProfile, 'token'>,
): string => {
  if (!form) throw new TypeError('this product has no API tokens: give username and password')
  const { id, secret } = partsOf(token)
  return `${form.scheme}=${id}${form.separator}${secret}`
}

const partsOf = (given: string): { readonly id: string; readonly secret: string } => {
  // Whoever copies it out of a header copies this too.
  const token = given.replace(/^P(?:VE|BS|DM)APIToken=/, '')
  const id = tokenIdOf(token)
  return { id, secret: token.slice(id.length + 1) }
}

/** `root@pam!ci` of `root@pam!ci=…`: the part of a token that is no secret. */
const tokenIdOf = (token: string): string => {
  const match = tokenForm.exec(token)
  if (match?.groups) return match.groups['id'] ?? ''
  throw new TypeError('auth.token must have the form user@realm!id=secret')
}

// pve-access-control AccessControl.pm: verify_token, split_tokenid
const tokenForm = /^(?<id>[^\s!]+@[^\s!@]+![^\s!=:]+)[=:](?<secret>[\x21-\x7e]+)$/
