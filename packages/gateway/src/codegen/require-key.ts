import { createHash, timingSafeEqual } from 'node:crypto'
import { Refusal } from '../rest/refusal.js'

/** Throws the refusal of who does not show the key: 403 where there is none to show, else 401. */
export function requireKey(key: string | undefined, authorization: string | undefined): void {
  if (key === undefined) {
    throw new Refusal(
      403,
      'nobody may generate here: the gateway has no key for it (--codegen-key, PROXKIT_CODEGEN_KEY)',
    )
  }
  const [, shown = ''] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? []
  // Hashes have one length, and take as long to compare wherever they differ.
  if (timingSafeEqual(hash(shown), hash(key))) return
  const was = shown === '' ? 'none came along' : 'this is another'
  throw new Refusal(401, `the key for code generation is needed as a bearer token, and ${was}`, {
    headers: { 'www-authenticate': 'Bearer' },
  })
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
