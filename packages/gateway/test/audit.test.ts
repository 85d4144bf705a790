import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditedDoor, type AuditRecord, limitedDoor, ownCredentials } from '@proxkit/gateway'
import { handClock } from './hand-clock.js'
import { simulatedGateway, type SimulatedGateway, token } from './simulated-gateway.js'

const records: AuditRecord[] = []
const clock = handClock(Date.UTC(2027, 0, 1))
let lab: SimulatedGateway

beforeAll(async () => {
  const door = auditedDoor(limitedDoor(ownCredentials(), { perMinute: 8 }), {
    clock,
    write: (record) => records.push(record),
  })
  lab = await simulatedGateway({}, { door })
})
afterAll(() => lab[Symbol.asyncDispose]())

test('every write is written down: who, what, and what became of it', async () => {
  await lab.call('GET', '/nodes')
  await lab.call('POST', '/nodes/pve1/qemu', { vmid: 710, cipassword: 'geheim' })
  await lab.call('POST', '/pools', { poolid: 'production' })
  await lab.call('DELETE', '/pools', { colour: 'red' })
  const wire = await lab.gateway.inject({
    method: 'POST',
    url: '/api2/json/nodes/pve1/qemu/710/status/start?timeout=3',
    headers: { authorization: token, 'x-request-id': 'mine' },
  })
  const facts = {
    time: '2027-01-01T00:00:00.000Z',
    from: '127.0.0.1',
    caller: 'root@pam!ci',
    cluster: 'lab',
  }
  expect(records.splice(0)).toEqual([
    {
      ...facts,
      request: expect.any(String),
      verb: 'POST',
      path: '/nodes/pve1/qemu',
      parameters: { node: 'pve1', vmid: 710, cipassword: '***' },
      outcome: 'answered',
      status: 200,
      upid: expect.stringMatching(/^UPID:pve1:.*:qmcreate:710:/),
    },
    {
      ...facts,
      request: expect.any(String),
      verb: 'POST',
      path: '/pools',
      parameters: { poolid: 'production' },
      outcome: 'answered',
      status: 500,
      message: "create pool failed: pool 'production' already exists",
    },
    {
      ...facts,
      request: expect.any(String),
      verb: 'DELETE',
      path: '/pools',
      parameters: { colour: 'red' },
      outcome: 'refused',
      status: 422,
      message: 'Parameter verification failed.',
    },
    {
      ...facts,
      request: 'mine',
      verb: 'POST',
      path: '/nodes/pve1/qemu/710/status/start',
      parameters: { node: 'pve1', vmid: '710', timeout: '3' },
      outcome: 'answered',
      status: 200,
      upid: wire.json<{ data: string }>().data,
    },
  ])
})

test('more calls than the limit are told when to come again', async () => {
  while ((await lab.call('GET', '/version')).status === 200);
  const { status, headers, body } = await lab.call('DELETE', '/pools?poolid=x')
  expect(status).toBe(429)
  expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  expect(body).toMatchObject({ rule: 'rate' })
  expect(records).toMatchObject([{ outcome: 'refused', status: 429, rule: 'rate' }])
})
