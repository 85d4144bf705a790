import { beforeEach, describe, expect, it } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { createSimulator, instantClock, type Simulator } from '../../index.js'

const accounts = '/cluster/acme/account'
const staging = 'https://acme-staging-v02.api.letsencrypt.org/directory'
let simulator: Simulator
let root: ApiCaller

beforeEach(() => {
  const start = Date.parse('2026-02-01T00:00:00Z')
  simulator = createSimulator({ seed: 'single', clock: instantClock({ start }) })
  root = callAs(simulator)
})

async function task(call: Parameters<ApiCaller>[0], params = {}): Promise<string> {
  const upid = String(await root(call, params))
  await simulator.idle()
  const status = await root(`GET /nodes/pve/tasks/${upid}/status`)
  return Object(status).exitstatus
}

describe('an account of an authority', () => {
  it('is registered, shown and deactivated', async () => {
    const tos = 'https://letsencrypt.org/terms.pdf'
    const params = { name: 'one', contact: 'ann@example.org', directory: staging, tos_url: tos }
    expect(await task(`POST ${accounts}`, params)).toBe('OK')
    expect(await root(`GET ${accounts}`)).toEqual([{ name: 'one' }])
    expect(await root(`GET ${accounts}/one`)).toEqual({
      account: {
        key: { kty: 'RSA', e: 'AQAB', n: expect.stringMatching(/^[\w-]{683}$/) },
        createdAt: expect.stringMatching(/^2026-02-01T00:00:/),
        status: 'valid',
      },
      directory: staging,
      location: expect.stringMatching(/^https:\/\/acme-staging-v02\.api.*\/acme\/acct\/\d{9}$/),
      tos,
    })
    expect(await task(`PUT ${accounts}/one`, { contact: 'bob@example.org' })).toBe('OK')
    expect(await task(`DELETE ${accounts}/one`)).toBe('OK')
    expect(await root(`GET ${accounts}`)).toEqual([{ name: '_deactivated_one_0' }])
  })

  it('is refused when there is one of the name, or none', async () => {
    await task(`POST ${accounts}`, { contact: 'ann@example.org' })
    const again = await root(`POST ${accounts}`, { contact: 'ann@example.org' })
    const exists = "ACME account config file 'default' already exists."
    expect(again).toEqual({ status: 400, errors: { name: exists } })
    expect(await root(`DELETE ${accounts}/two`)).toEqual({
      status: 400,
      errors: { name: "ACME account config file 'two' does not exist." },
    })
  })

  it('cannot be had of an authority that nodes do not reach', async () => {
    const directory = 'https://ca.example/directory'
    expect(await task(`POST ${accounts}`, { contact: 'ann@example.org', directory })).toBe(
      `Registration failed: Error: GET to ${directory}: 500 No route to host`,
    )
    expect(await root('GET /cluster/acme/meta', { directory: staging })).toMatchObject({
      caaIdentities: ['letsencrypt.org'],
    })
  })
})

describe('a plugin', () => {
  it('shows what its data say', async () => {
    const data = Buffer.from('KEY=a\nTOKEN=b').toString('base64')
    await root('POST /cluster/acme/plugins', { id: 'cf', type: 'dns', api: 'cf', data })
    expect(simulator.snapshot().config['priv/acme/plugins.cfg']).toBe(
      `dns: cf\n\tapi cf\n\tdata ${data}\n\n`,
    )
    expect(await root('GET /cluster/acme/plugins/cf')).toMatchObject({ data: 'KEY=a\nTOKEN=b' })
  })
})
