import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { handClock } from '../../test/hand-clock.js'
import type { TokenRules } from './access.js'
import { bearerTokens } from './bearer-tokens.js'

const rules: TokenRules = {
  issuer: 'https://id.example.com',
  audience: 'proxkit',
  keys: 'https://id.example.com/keys',
  algorithms: ['ES256'],
  'clock-skew': 30,
  name: 'email',
  policies: [{ claim: 'groups', has: 'admins', policy: 'all' }, { policy: 'watch' }],
}
const { publicKey, privateKey } = await generateKeyPair('ES256')
const jwk = { ...(await exportJWK(publicKey)), kid: 'one' }
const clock = handClock()
const now = clock.now() / 1000
const right = { iss: rules.issuer, aud: 'proxkit', exp: now + 60, email: 'ann@example.com' }
const { exp: _exp, ...endless } = right

const signed = (claims: JWTPayload, key = privateKey, alg = 'ES256'): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg, kid: 'one' }).sign(key)

const identify = (
  chosen: Partial<TokenRules> = {},
  answer = (): Response => Response.json({ keys: [jwk] }),
) => bearerTokens({ ...rules, ...chosen }, { clock, fetch: async () => answer() })

describe('a token', () => {
  test('names its caller, and the first rule that fits the policy', async () => {
    expect(await identify()(await signed(right))).toEqual({
      name: 'ann@example.com',
      policy: 'watch',
    })
    const admin = await signed({ ...right, groups: ['users', 'admins'] })
    expect(await identify()(admin)).toEqual({ name: 'ann@example.com', policy: 'all' })
  })

  test.each<[string, JWTPayload, string]>([
    ['of another issuer', { ...right, iss: 'https://other' }, 'unexpected "iss" claim value'],
    ['for another audience', { ...right, aud: 'other' }, 'unexpected "aud" claim value'],
    ['that has ended', { ...right, exp: now - 31 }, '"exp" claim timestamp check failed'],
    ['that begins later', { ...right, nbf: now + 31 }, '"nbf" claim timestamp check failed'],
    ['without an end', endless, 'missing required "exp" claim'],
    ['without a name', { ...right, email: 7 }, "it has no claim 'email' that names the caller"],
  ])('%s is refused', async (_, claims, reason) => {
    expect(await identify()(await signed(claims))).toEqual({ reason })
  })

  test('may be a little late by the clock of the gateway', async () => {
    const late = await signed({ ...right, exp: now - 29 })
    expect(await identify()(late)).toMatchObject({ policy: 'watch' })
  })

  test('that somebody else signed, or nobody, is refused', async () => {
    const other = await generateKeyPair('ES256')
    expect(await identify()(await signed(right, other.privateKey))).toEqual({
      reason: 'signature verification failed',
    })
    const [, payload] = (await signed(right)).split('.')
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    expect(await identify()(`${none}.${payload}.AA`)).toMatchObject({ reason: expect.any(String) })
    const secret = new TextEncoder().encode(JSON.stringify(jwk).padEnd(64))
    const forged = await new SignJWT(right).setProtectedHeader({ alg: 'HS256' }).sign(secret)
    expect(await identify()(forged)).toEqual({
      reason: '"alg" (Algorithm) Header Parameter value not allowed',
    })
  })

  test('for which there is no policy is refused', async () => {
    const { policies: _, ...others } = rules
    const strict = identify({ ...others, policies: [{ claim: 'groups', has: 'a', policy: 'all' }] })
    expect(await strict(await signed(right))).toEqual({
      reason: 'no policy is meant for ann@example.com',
    })
  })
})

test('what is no token is left to others', async () => {
  expect(await identify()('a-key-of-the-gateway')).toBeUndefined()
})

test.each<[string, () => Response]>([
  ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://x' } })],
  ['a document that never ends', () => new Response('x'.repeat(300_000))],
  ['no JSON', () => new Response('<html>')],
])('keys in the form of %s are not taken', async (_, answer) => {
  expect(await identify({}, answer)(await signed(right))).toEqual({ reason: expect.any(String) })
})
