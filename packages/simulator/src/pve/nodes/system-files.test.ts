import { beforeEach, expect, it } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { createSimulator, instantClock, type Simulator } from '../../index.js'

let simulator: Simulator
let root: ApiCaller

beforeEach(() => {
  const files = {
    '/etc/hosts': '127.0.0.1 localhost\n',
    '/etc/resolv.conf': 'search old.test\noptions rotate\nnameserver 10.0.0.1\n',
  }
  simulator = createSimulator({ seed: { nodes: { pve: { files } } }, clock: instantClock() })
  root = callAs(simulator)
})

function file(path: string): string | undefined {
  return simulator.snapshot().nodes.pve?.files[path]
}

it('hosts: are replaced as a whole, by their digest', async () => {
  const digest = 'fa9e5de3db1e6ba33eb1d8dd6ca1a1d4c9f3c1ab'
  const data = '127.0.0.1 localhost\n10.0.0.2 pve pve.one.test\n'
  expect(await root('POST /nodes/pve/hosts', { data, digest })).toBe(
    '500 detected modified configuration - file changed by other user? Try again.',
  )
  await root('POST /nodes/pve/hosts', { data })
  expect(await root('GET /nodes/pve/hosts')).toEqual({
    data,
    digest: expect.stringMatching(/^[\da-f]{40}$/),
  })
})

it('hosts: an address that is none is refused, and the file is empty', async () => {
  expect(await root('POST /nodes/pve/hosts', { data: '300.0.0.1 pve\n' })).toEqual({
    status: 400,
    errors: { data: "Invalid IP '300.0.0.1'" },
  })
  expect(file('/etc/hosts')).toBe('')
})

it('DNS: takes the place of what named servers, other lines stay', async () => {
  await root('PUT /nodes/pve/dns', { search: 'new.test', dns1: '10.0.0.53', dns3: 'fd00::53' })
  expect(file('/etc/resolv.conf')).toBe(
    'search new.test\nnameserver 10.0.0.53\nnameserver fd00::53\noptions rotate\n',
  )
})

it('time: the zone is kept in its file', async () => {
  await root('PUT /nodes/pve/time', { timezone: 'Europe/Vienna' })
  expect(file('/etc/timezone')).toBe('Europe/Vienna\n')
})
