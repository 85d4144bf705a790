import { timingSafeEqual } from 'node:crypto'
import type { ConfigTree } from '../../engine/config-tree.js'
import { parseTokenId } from './user-id.js'

const path = 'priv/token.cfg'

/** Whether a text is the secret of a token. */
export function isTokenSecret(config: ConfigTree, tokenid: string, secret: string): boolean {
  const known = Buffer.from(config.parse(path, parseTokenSecrets).get(tokenid) ?? '')
  const given = Buffer.from(secret)
  return known.length > 0 && known.length === given.length && timingSafeEqual(known, given)
}

export function setTokenSecret(config: ConfigTree, tokenid: string, secret: string): void {
  const secrets = new Map(config.parse(path, parseTokenSecrets))
  config.write(path, formatTokenSecrets(secrets.set(tokenid, secret)))
}

export function removeTokenSecret(config: ConfigTree, tokenid: string): void {
  const secrets = new Map(config.parse(path, parseTokenSecrets))
  secrets.delete(tokenid)
  config.write(path, formatTokenSecrets(secrets))
}

/** pve-access-control TokenConfig.pm: $parse_token_cfg */
function parseTokenSecrets(text: string): ReadonlyMap<string, string> {
  const secrets = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, tokenid = '', secret = ''] = /^(\S+) (\S+)$/.exec(line) ?? []
    if (parseTokenId(tokenid)) secrets.set(tokenid, secret)
  }
  return secrets
}

/** pve-access-control TokenConfig.pm: $write_token_cfg */
function formatTokenSecrets(secrets: ReadonlyMap<string, string>): string {
  return [...secrets]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([tokenid, secret]) => `${tokenid} ${secret}\n`)
    .join('')
}
