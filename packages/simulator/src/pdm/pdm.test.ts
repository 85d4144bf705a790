import { loadDefinition } from '@proxkit/schema'
import { expect, it } from 'vitest'
import { callAs } from '../../test/api-caller.js'
import { createSimulator, instantClock, type Simulator } from '../index.js'

function start(): Simulator {
  return createSimulator({
    definition: loadDefinition({ product: 'pdm', version: '1.1' }),
    clock: instantClock({ start: Date.UTC(2026, 0, 5) }),
    seed: { nodes: { center: {} } },
  })
}

async function post(
  simulator: Simulator,
  path: string,
  body: Record<string, string>,
): Promise<Response> {
  const url = `https://center:8443/api2/json${path}`
  return simulator.fetch(new Request(url, { method: 'POST', body: new URLSearchParams(body) }))
}

it('a login sets the ticket as a cookie where that is asked for', async () => {
  const simulator = start()
  const login = { username: 'root@pam', password: 'proxkit' }
  const plain = await post(simulator, '/access/ticket', login)
  expect(await plain.json()).toMatchObject({
    data: { username: 'root@pam', ticket: expect.stringMatching(/^PDM:root@pam:/) },
  })
  const refused = await post(simulator, '/access/ticket', { ...login, password: 'wrong' })
  expect([refused.status, await refused.text()]).toEqual([401, 'permission check failed.'])
  expect(refused.headers.get('set-cookie')).toMatch(/^__Host-PDMAuthCookie=; Expires=/)
})

it('users have the roles of the product', async () => {
  const simulator = start()
  const root = callAs(simulator)
  await root('POST /access/users', { userid: 'alice@pdm', password: 'alices-password' })
  await root('PUT /access/acl', { path: '/system', role: 'Auditor', 'auth-id': 'alice@pdm' })
  const alice = callAs(simulator, 'alice@pdm')
  expect(await alice('GET /nodes/center/status')).toMatchObject({ cpuinfo: { cpus: 8 } })
  expect(await alice('PUT /nodes/center/time', { timezone: 'UTC' })).toBe(
    '403 permission check failed',
  )
  expect(await alice('GET /access/permissions', { path: '/system' })).toEqual({
    '/system': { 'System.Audit': true, 'Resource.Audit': true, 'Access.Audit': true },
  })
})

it('views are kept in sections', async () => {
  const simulator = start()
  const root = callAs(simulator)
  await root('POST /config/views', { id: 'mine', 'include-all': true })
  expect(simulator.snapshot().config['views.cfg']).toBe('view: mine\n\tinclude-all true\n')
  expect(await root('GET /config/views/mine')).toEqual({ id: 'mine', 'include-all': true })
})
