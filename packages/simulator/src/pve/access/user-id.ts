import { failed } from '../../engine/fault.js'

/** A user as `name@realm`, taken apart. */
export interface UserId {
  readonly userid: string
  readonly name: string
  readonly realm: string
}

/** A token as `name@realm!token`, taken apart. */
export interface TokenId {
  readonly userid: string
  readonly token: string
}

// pve-access-control Auth/Plugin.pm: $user_regex, $realm_regex
const user = String.raw`[^\s:/]+`
const realm = String.raw`[A-Za-z][A-Za-z0-9.\-_]+`
const userPattern = new RegExp(`^(${user})@(${realm})$`)
const tokenPattern = new RegExp(`^(${user}@${realm})!(${realm})$`)

/** Undefined for what is no user id. */
export function parseUserId(text: string): UserId | undefined {
  if (text.length < 3 || text.length > 64) return undefined
  const [, name, ofRealm] = userPattern.exec(text) ?? []
  return name && ofRealm ? { userid: text, name, realm: ofRealm } : undefined
}

/**
 * Throws the vendor's 500 for what is no user id.
 *
 * pve-access-control Auth/Plugin.pm: verify_username
 */
export function requireUserId(text: string): UserId {
  const id = parseUserId(text)
  if (id) return id
  const { length } = text
  if (length < 3) throw failed(`user name '${text}' is too short`)
  if (length > 64) throw failed(`user name '${text}' is too long (${length} > 64)`)
  throw failed(`value '${text}' does not look like a valid user name`)
}

/** Undefined for what is no token id. */
export function parseTokenId(text: string): TokenId | undefined {
  const [, userid, token] = tokenPattern.exec(text) ?? []
  return userid && token ? { userid, token } : undefined
}

/**
 * Throws the vendor's 500 for what is no token id.
 *
 * pve-access-control AccessControl.pm: split_tokenid
 */
export function requireTokenId(text: string): TokenId {
  const id = parseTokenId(text)
  if (!id) {
    throw failed(`'${text}' is not a valid token ID - not able to split into user and token parts`)
  }
  return id
}
