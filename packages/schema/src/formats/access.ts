import { characterCount, isTrue } from '../perl/scalar.js'
import { withoutTrailingEmpty } from '../perl/split-list.js'
import { everyPrivilege } from '../permissions/privileges.js'
import { type FormatChecks, matching } from './format-check.js'
import { lazyPattern } from '../perl/lazy-pattern.js'

// pve-access-control Auth/Plugin.pm: $user_regex, $realm_regex
const USER = String.raw`[^\p{White_Space}:/]+`
const REALM = String.raw`[A-Za-z][A-Za-z0-9.\-_]+`
const USER_ID = lazyPattern(() => new RegExp(`^${USER}@${REALM}\n?$`, 'u'))

// pve-common ParseUtils.pm: $EMAIL_USER_RE, $EMAIL_RE
const WORD = String.raw`[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}+\-~]+`
const EMAIL_USER = String.raw`${WORD}(?:\.${WORD})*`
const EMAIL = lazyPattern(
  () => new RegExp(String.raw`^${EMAIL_USER}@[a-zA-Z0-9\-]+(?:\.[a-zA-Z0-9\-]+)*\n?$`, 'u'),
)
const BARE_EMAIL_USER = lazyPattern(() => new RegExp(String.raw`^${EMAIL_USER}\n?$`, 'u'))

const NAME = /^[A-Za-z0-9.\-_]+\n?$/

export const ACCESS_FORMATS: FormatChecks = {
  // pve-access-control Auth/Plugin.pm, AccessControl.pm
  'pve-userid': checkUserId,
  'pve-realm': matching(new RegExp(`^${REALM}\n?$`), 'value does not look like a valid realm'),
  'pve-tokenid': matching(
    lazyPattern(() => new RegExp(`^${USER}@${REALM}!${REALM}\n?$`, 'u')),
    (value) => `value '${value}' does not look like a valid token ID`,
  ),
  'pve-groupid': matching(NAME, (value) => `group name '${value}' contains invalid characters`),
  'pve-roleid': matching(NAME, (value) => `role name '${value}' contains invalid characters`),
  'pve-poolid': checkPoolId,
  // Versions differ in the privileges that they know.
  'pve-priv': (value) => (everyPrivilege.has(value) ? undefined : `invalid privilege '${value}'\n`),
  // pve-common JSONSchema.pm
  'pve-tfa-secret': matching(
    /^(?:v2-0x[0-9a-fA-F]{16,128}|v2-[A-Z2-7=]{16,128}|[A-Z2-7=]{16}|[A-Fa-f0-9]{40})\n?$/,
    'unable to decode TFA secret',
  ),
  'ldap-simple-attr': matching(
    /^[a-zA-Z0-9]+\n?$/,
    (value) => `value '${value}' does not look like a simple ldap attribute name`,
  ),
  email: matching(EMAIL, 'value does not look like a valid email address'),
  'email-or-username': (value) =>
    EMAIL.test(value) || BARE_EMAIL_USER.test(value)
      ? undefined
      : 'value does not look like a valid email address or user name\n',
}

function checkUserId(value: string): string | undefined {
  // pve-access-control Auth/Plugin.pm: verify_username
  const name = isTrue(value) ? value : ''
  const length = characterCount(name)
  if (length < 3) return `user name '${name}' is too short\n`
  if (length > 64) return `user name '${name}' is too long (${length} > 64)\n`
  return USER_ID.test(name) ? undefined : `value '${name}' does not look like a valid user name\n`
}

function checkPoolId(value: string): string | undefined {
  // pve-access-control AccessControl.pm: verify_poolname
  if (withoutTrailingEmpty(value.split('/')).length > 3) {
    return `pool name '${value}' nested too deeply (max levels = 3)\n`
  }
  return /^[A-Za-z0-9.\-_]+(?:\/[A-Za-z0-9.\-_]+){0,2}\n?$/.test(value)
    ? undefined
    : `pool name '${value}' contains invalid characters\n`
}
