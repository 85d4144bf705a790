import { beforeEach, describe, expect, test } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { createSimulator, type Simulator } from '../../create-simulator.js'

const path = '/access/users/joe@pve/token'
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

let simulator: Simulator
let joe: ApiCaller

beforeEach(() => {
  simulator = createSimulator({
    seed: { nodes: { pve1: {} }, users: { 'joe@pve': {}, 'ann@pve': {} } },
  })
  joe = callAs(simulator, 'joe@pve')
})

const secrets = (): string | undefined => simulator.snapshot().config['priv/token.cfg']

describe('POST …/token/{tokenid}', () => {
  test('answers the secret once, and what was sent as it was sent', async () => {
    expect(
      await joe(`POST ${path}/ci`, { comment: 'x', expire: 1_900_000_000, privsep: 0 }),
    ).toEqual({
      info: { comment: 'x', expire: '1900000000', privsep: '0' },
      value: expect.stringMatching(uuid),
      'full-tokenid': 'joe@pve!ci',
    })
    expect(await joe(`GET ${path}/ci`)).toEqual({ comment: 'x', expire: 1_900_000_000, privsep: 0 })
    expect(secrets()).toMatch(/^joe@pve!ci [0-9a-f-]{36}\n$/)
  })

  test('separates privileges unless told otherwise', async () => {
    expect(await joe(`POST ${path}/ci`)).toMatchObject({ info: { privsep: 1 } })
    expect(simulator.snapshot().config['user.cfg']).toContain('token:joe@pve!ci:0:1::\n')
  })

  test('refuses a second one of the same name', async () => {
    await joe(`POST ${path}/ci`)
    expect(await joe(`POST ${path}/ci`)).toEqual({
      status: 400,
      errors: { tokenid: 'Token already exists.' },
    })
  })

  test('is for the owner and for those who manage him', async () => {
    expect(await callAs(simulator, 'ann@pve')(`POST ${path}/ci`)).toBe(
      '403 Permission check failed',
    )
  })
})

describe('PUT …/token/{tokenid}', () => {
  beforeEach(async () => {
    await joe(`POST ${path}/ci`, { comment: 'x' })
  })

  test('answers the whole entry, what was sent as text', async () => {
    expect(await joe(`PUT ${path}/ci`, { privsep: 0 })).toEqual({
      comment: 'x',
      expire: 0,
      privsep: '0',
    })
  })

  test('a new secret takes the place of the old one', async () => {
    const before = secrets()
    expect(await joe(`PUT ${path}/ci`, { regenerate: 1 })).toMatchObject({
      value: expect.stringMatching(uuid),
      'full-tokenid': 'joe@pve!ci',
    })
    expect(secrets()).not.toBe(before)
  })

  test('only the comment can be deleted', async () => {
    expect(await joe(`PUT ${path}/ci`, { delete: 'comment' })).toEqual({ expire: 0, privsep: 1 })
    expect(await joe(`PUT ${path}/ci`, { delete: '' })).toBe(
      '500 updating token info failed: Can\'t use string ("") as a HASH ref while "strict refs" in use at /usr/share/perl5/PVE/API2/User.pm line 911.',
    )
    expect(await joe(`PUT ${path}/ci`, { delete: 'expire' })).toBe(
      "500 updating token info failed: 400 Parameter verification failed.\ndelete: unknown option 'expire'",
    )
  })

  test('refuses an unknown token', async () => {
    expect(await joe(`PUT ${path}/no`)).toBe("500 no such token 'no' for user 'joe@pve'")
  })
})

test('DELETE …/token/{tokenid}: removes the secret too', async () => {
  await joe(`POST ${path}/ci`)
  expect(await joe(`DELETE ${path}/ci`)).toBeNull()
  expect(await joe(`GET ${path}`)).toEqual([])
  expect(secrets()).toBe('')
})
