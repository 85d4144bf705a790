import { expect, it } from 'vitest'
import { callAs } from '../../../test/api-caller.js'
import { createCertificate } from '../../engine/certificate.js'
import { createSimulator, instantClock } from '../../index.js'

const path = '/nodes/pve/certificates'

it('a certificate of your own is kept with its key, and told of', async () => {
  const simulator = createSimulator({ seed: { nodes: { pve: {} } }, clock: instantClock() })
  const root = callAs(simulator)
  const own = await createCertificate()
  const other = await createCertificate()
  expect(await root(`POST ${path}/custom`, { certificates: own.cert })).toEqual({
    status: 400,
    errors: { key: 'Attempted to upload custom certificate without (existing) key.' },
  })
  expect(await root(`POST ${path}/custom`, { certificates: own.cert, key: other.key })).toBe(
    '500 Setting certificate files failed - key does not match the certificate (chain) ()',
  )
  const told = {
    filename: 'pveproxy-ssl.pem',
    fingerprint: expect.stringMatching(/^(?:[\dA-F]{2}:){31}[\dA-F]{2}$/),
    san: expect.arrayContaining(['localhost']),
  }
  expect(await root(`POST ${path}/custom`, { certificates: own.cert, key: own.key })).toMatchObject(
    told,
  )
  expect(await root(`POST ${path}/custom`, { certificates: own.cert })).toBe(
    '500 Custom certificate file exists but force flag is not set.',
  )
  expect(await root(`GET ${path}/info`)).toMatchObject([{ filename: 'pve-root-ca.pem' }, told])
  await root(`DELETE ${path}/custom`)
  expect(await root(`GET ${path}/info`)).toMatchObject([{ filename: 'pve-root-ca.pem' }])
})

it('an order needs domains and an account, and finds no authority', async () => {
  const simulator = createSimulator({ seed: { nodes: { pve: {} } }, clock: instantClock() })
  const root = callAs(simulator)
  expect(await root(`POST ${path}/acme/certificate`)).toBe(
    '400 ACME domain list in node configuration is missing!',
  )
  await root('PUT /nodes/pve/config', { acmedomain0: 'pve.one.test' })
  await root(`POST ${path}/acme/certificate`)
  await simulator.idle()
  expect(await root('GET /nodes/pve/tasks', { typefilter: 'acmenewcert' })).toMatchObject([
    { status: "ACME account config file 'default' does not exist." },
  ])
  expect(await root(`PUT ${path}/acme/certificate`)).toBe(
    '500 No current (custom) certificate found, please order a new certificate!',
  )
})
