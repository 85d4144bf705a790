import type { ProductProfile } from '../product.js'
import type { Credentials, Grant } from './credentials.js'

/** An API token: one header, the same on every call. */
export const tokenCredentials = (given: string, product: ProductProfile): Credentials => {
  const { token: form } = product
  // Whoever copies it out of a header copies this too.
  const token = given.replace(/^P(?:VE|BS|DM)APIToken=/, '')
  if (!form) throw new TypeError('this product has no API tokens: give username and password')
  const id = tokenIdOf(token)
  const secret = token.slice(id.length + 1)
  const headers = ['authorization', `${form.scheme}=${id}${form.separator}${secret}`]
  const grant: Grant = { read: headers, write: headers, secrets: [secret] }
  return { user: id, grant: () => grant }
}

/** `root@pam!ci` of `root@pam!ci=…`: the part of a token that is no secret. */
export const tokenIdOf = (token: string): string => {
  const match = tokenForm.exec(token)
  if (match?.groups) return match.groups['id'] ?? ''
  throw new TypeError('auth.token must have the form user@realm!id=secret')
}

// pve-access-control AccessControl.pm: verify_token, split_tokenid
const tokenForm = /^(?<id>[^\s!]+@[^\s!@]+![^\s!=:]+)[=:](?<secret>[\x21-\x7e]+)$/
