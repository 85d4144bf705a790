import { createHmac } from 'node:crypto'

/** One line of a `known_hosts` file that names a key. */
export interface KnownHost {
  /** Names and patterns as written, or the hash of one name: `|1|salt|hash`. */
  readonly names: string
  /** `ssh-ed25519`, … */
  readonly type: string
  /** In base64. */
  readonly key: string
  readonly isRevoked: boolean
}

/** Reads the text of a `known_hosts` file; lines that are none are passed over, as `ssh` does. */
// sshd(8), SSH_KNOWN_HOSTS FILE FORMAT
export const parseKnownHosts = (text: string): KnownHost[] =>
  text.split('\n').flatMap((line) => {
    const [first = '', ...rest] = line.trim().split(/\s+/)
    if (first === '' || first.startsWith('#')) return []
    // A certificate authority signs keys in a form that the library cannot check.
    if (first.startsWith('@') && first !== '@revoked') return []
    const isRevoked = first === '@revoked'
    const [names = '', type = '', key = ''] = isRevoked ? rest : [first, ...rest]
    return key === '' ? [] : [{ names, type, key, isRevoked }]
  })

/** The lines that speak of a host; on another port than 22 its name is `[host]:port`. */
export const linesFor = (
  known: readonly KnownHost[],
  { host, port }: { readonly host: string; readonly port: number },
): KnownHost[] => {
  const lower = host.toLowerCase()
  const name = port === 22 ? lower : `[${lower}]:${port}`
  return known.filter(({ names }) => matches(names, name))
}

const matches = (names: string, name: string): boolean => {
  if (names.startsWith('|1|')) {
    const [, , salt = '', hash = ''] = names.split('|')
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
  }
  const patterns = names.toLowerCase().split(',')
  const isNamed = (pattern: string): boolean => matchesPattern(pattern, name)
  const excluded = patterns.filter((pattern) => pattern.startsWith('!'))
  return (
    !excluded.some((pattern) => isNamed(pattern.slice(1))) &&
    patterns.some((pattern) => !pattern.startsWith('!') && isNamed(pattern))
  )
}

const matchesPattern = (pattern: string, name: string): boolean => {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`).test(name)
}
