import { expect, test } from 'vitest'
import { failureOf } from '../test/failure-of.js'
import { createClient } from './index.js'

test.each([
  [500, "Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist", 'not-found'],
  [500, "storage 'x' does not exist", 'not-found'],
  [500, "no such user ('joe@pve')", 'not-found'],
  [500, "unable to find configuration file for VM 9 on node 'pve1'", 'not-found'],
  [500, "mapping 'gpu' not found", 'not-found'],
  [500, "unable to find VM '9'", 'not-found'],
  [404, 'Not Found', 'not-found'],
  [500, "unable to create VM 100 - VM 100 already exists on node 'pve1'", 'exists'],
  [500, "storage ID 'nfs' already defined", 'exists'],
  [500, "vnet 'a' already exist in zone b", 'exists'],
  [400, "no such datastore 'nix'", 'not-found'],
  [400, "datastore 'main' already exists.", 'exists'],
  [400, 'unable to acquire manifest lock "/run/x" - try again', 'locked'],
  [500, 'VM is locked (backup)', 'locked'],
  [500, "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout", 'locked'],
  [403, 'Permission check failed (/vms/100, VM.PowerMgmt)', 'permission'],
  [
    500,
    'detected modified configuration - file changed by other user? Try again.',
    'digest-conflict',
  ],
  [500, 'checksum mismatch (file change by other user?)', 'digest-conflict'],
  [595, 'No route to host', 'node-unreachable'],
  [596, 'Connection timed out', 'node-unreachable'],
  [500, 'VM 100 not running', undefined],
  [400, 'Parameter verification failed.', undefined],
  [501, "Method 'GET /nope' not implemented", undefined],
])('%i %s: %s', async (status, message, code) => {
  const client = createClient({
    transport: { send: async () => ({ status, data: null, message }), close: async () => {} },
  })
  const error = await failureOf(client.nodes('pve1').qemu(100).status.start.post())
  expect(error).toMatchObject({ status })
  expect(Reflect.get(Object(error), 'code')).toBe(code)
})

test('a parameter that names what is missing tells it too', async () => {
  const answer = { status: 400, data: null, message: 'Parameter verification failed.' }
  const errors = { storage: "storage 'x' does not exist" }
  const client = createClient({
    transport: { send: async () => ({ ...answer, errors }), close: async () => {} },
  })
  expect(await failureOf(client.nodes())).toMatchObject({ code: 'not-found' })
})

test('a missing permission is explained by the definition', async () => {
  const client = createClient({
    transport: {
      send: async () => ({ status: 403, data: null, message: 'Permission check failed' }),
      close: async () => {},
    },
  })
  const guest = client.nodes('pve1').qemu(100)
  expect(await failureOf(guest.status.start.post())).toMatchObject({
    code: 'permission',
    needs: 'VM.PowerMgmt on /vms/100',
  })
  expect(await failureOf(client.any('no', 'such').get())).not.toHaveProperty('needs')
})

test('decode: gives booleans and numbers where the definition has them', async () => {
  const row = { vmid: '100', template: 1, name: '007', status: 'running', unknown: '1' }
  const client = createClient({
    transport: { send: async () => ({ status: 200, data: [row] }), close: async () => {} },
  })
  const guests = client.nodes('pve1').qemu
  expect(await guests.get({}, { decode: true })).toEqual([
    { vmid: 100, template: true, name: '007', status: 'running', unknown: '1' },
  ])
  expect(await guests.get()).toEqual([row])
  expect(await client.any('no', 'such').get({}, { decode: true })).toEqual([row])
})
