import { connectServer, systemClock } from '@proxkit/client/server'
import {
  createGateway,
  guardedDoor,
  memoryStore,
  readAccess,
  ticketLogin,
  tokenLogin,
} from '@proxkit/gateway'
import { createSimulator, instantClock } from '@proxkit/simulator'
import { expect, test } from 'vitest'
import { hashOf, keyOf } from './guarded-gateway.js'
import { token } from './simulated-gateway.js'

test('several clusters are behind one door, each under its name; a node that is gone is passed over', async () => {
  await using lab = createSimulator({ clock: instantClock() })
  await using single = createSimulator({ clock: instantClock(), seed: 'single' })
  const { url } = await lab.listen({ http: true })
  const { url: other } = await single.listen({ http: true })
  const { definition } = lab
  const first = connectServer({ product: 'pve', url: ['http://127.0.0.1:1', url] })
  const second = connectServer({ product: 'pve', url: other })
  const access = readAccess(
    `policies: { all: {} }\ncallers: [{ name: ci, key: '${hashOf(keyOf('ci'))}', policy: all }]`,
    'access.yaml',
  )
  const byToken = tokenLogin(token.replace('PVEAPIToken=', ''), 'pve')
  const user = { username: 'root@pam', password: 'proxkit' }
  const byPassword = ticketLogin({
    ...user,
    product: 'pve',
    name: 'single',
    store: memoryStore(systemClock),
    clock: systemClock,
    logIn: (_held, signal) => second.login(user, signal),
  })
  await using gateway = createGateway({
    clusters: [
      { name: 'lab', definition, upstream: first },
      { name: 'single', definition, upstream: second },
      { name: 'apart', definition, upstream: second },
    ],
    mode: 'real',
    door: guardedDoor({
      access,
      logins: new Map([
        ['lab', byToken],
        ['single', byPassword],
      ]),
    }),
  })
  const headers = { authorization: `Bearer ${keyOf('ci')}` }
  const names = async (path: string): Promise<unknown> => {
    const answer = await gateway.inject({ url: path, headers })
    const body = answer.json<{ readonly data?: unknown; readonly detail?: string }>()
    return body.data ?? body.detail ?? body
  }
  const inLab = [{ node: 'pve1' }, { node: 'pve2' }, { node: 'pve3' }]
  expect(await names('/nodes?fields=node')).toEqual(inLab)
  expect(await names('/clusters/lab/nodes?fields=node')).toEqual(inLab)
  expect(await names('/clusters/single/nodes?fields=node')).toHaveLength(1)
  expect(await names('/clusters/single/api2/json/nodes')).toHaveLength(1)
  expect(await names('/clusters/apart/nodes')).toBe("cluster 'apart' is not behind this door")
  expect(await names('/clusters/none/nodes')).toMatch('is not a path of this API')
  await Promise.all([first.close(), second.close()])
})
