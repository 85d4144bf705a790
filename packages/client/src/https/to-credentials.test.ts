import { describe, expect, test } from 'vitest'
import { token } from '../../test/clients.js'
import type { Auth } from '../auth.js'
import type { Product } from '@proxkit/schema'
import { productProfiles } from '../product.js'
import { systemClock } from '../clock.js'
import type { LoginResponse } from './credentials.js'
import { toCredentials } from './to-credentials.js'

const grantOf = async (
  name: Product,
  auth: Auth,
  answer: LoginResponse = { status: 200, data: null },
): Promise<readonly string[]> => {
  const product = productProfiles[name]
  const send = async (): Promise<LoginResponse> => Promise.resolve(answer)
  const { write } = await toCredentials(auth, { product, send, clock: systemClock }).grant(() => ({
    subject: 'a test',
  }))
  return write
}

const secret = token.slice('root@pam!ci='.length)
const password = { username: 'root@pam', password: 'x' }

describe('credentials', () => {
  test.each<[Product, string]>([
    ['pve', `PVEAPIToken=root@pam!ci=${secret}`],
    ['pbs', `PBSAPIToken=root@pam!ci:${secret}`],
    ['pdm', `PDMAPIToken=root@pam!ci:${secret}`],
  ])('a token for %s', async (product, value) => {
    for (const separator of ['=', ':']) {
      for (const scheme of ['', 'PVEAPIToken=']) {
        const auth = { token: `${scheme}root@pam!ci${separator}${secret}` }
        expect(await grantOf(product, auth)).toEqual(['authorization', value])
      }
    }
  })

  test('a token for pmg: it has none', async () => {
    await expect(grantOf('pmg', { token })).rejects.toThrow(
      new TypeError('this product has no API tokens: give username and password'),
    )
  })

  test.each<[Product, string]>([
    ['pve', 'PVEAuthCookie'],
    ['pbs', 'PBSAuthCookie'],
    ['pmg', 'PMGAuthCookie'],
    ['pdm', '__Host-PDMAuthCookie'],
  ])('a ticket for %s', async (product, cookie) => {
    const answer = {
      status: 200,
      data: { ticket: 'X:root@pam:0::a+b/c=', CSRFPreventionToken: 'y' },
    }
    expect(await grantOf(product, password, answer)).toEqual([
      'cookie',
      `${cookie}=X:root@pam:0::a+b/c=`,
      'csrfpreventiontoken',
      'y',
    ])
  })

  test('a ticket of pdm comes in a cookie, among others', async () => {
    const answer: LoginResponse = {
      status: 200,
      data: { username: 'root@pam', 'ticket-info': 'PDM:root@pam:0', CSRFPreventionToken: 'y' },
      cookies: [
        'ROUTE=a; Path=/',
        '__Host-PDMAuthCookie=PDM:root@pam:0::ab=; Secure; HttpOnly; Path=/;',
      ],
    }
    expect(await grantOf('pdm', password, answer)).toEqual([
      'cookie',
      '__Host-PDMAuthCookie=PDM:root@pam:0::ab=',
      'csrfpreventiontoken',
      'y',
    ])
  })

  test('a half ticket of pbs is told without NeedTFA', async () => {
    const ticket = 'PBS:!tfa!%7B%22totp%22%3Atrue%7D:0::ab'
    const answer = { status: 200, data: { ticket, CSRFPreventionToken: 'invalid' } }
    await expect(grantOf('pbs', password, answer)).rejects.toThrow(
      'the login of root@pam needs a second factor: totp',
    )
  })
})
