import { loadDefinition } from '@proxkit/schema'
import { describe, expect, test } from 'vitest'
import { callAs, type ApiCaller } from '../../test/api-caller.js'
import { createSimulator } from '../create-simulator.js'
import { instantClock } from '../engine/clock.js'

function ofVersion(version: string): ApiCaller & { idle(): Promise<void> } {
  const simulator = createSimulator({
    clock: instantClock(),
    definition: loadDefinition({ product: 'pve', version }),
    seed: {
      nodes: { pve1: {} },
      storage: {
        images: { type: 'dir', path: '/srv/images', content: 'images' },
        local: { type: 'dir', path: '/var/lib/vz', content: 'iso' },
      },
      files: { 'nodes/pve1/lxc/200.conf': 'arch: amd64\n' },
    },
  })
  return Object.assign(callAs(simulator), { idle: () => simulator.idle() })
}

describe.each([
  { version: '7.4', refusal: null },
  {
    version: '8.4',
    refusal: {
      status: 400,
      errors: { roleid: "cannot use role ID starting with the (case-insensitive) 'PVE' namespace" },
    },
  },
])('version: $version', ({ version, refusal }) => {
  test('closes the namespace of roles since 8.0', async () => {
    expect(await ofVersion(version)('POST /access/roles', { roleid: 'PVEOwn' })).toEqual(refusal)
  })
})

test.each([
  ['7.4', '200'],
  ['8.4', 200],
  ['9.2', 200],
])('version: in %s the number of a container is %j', async (version, vmid) => {
  const call = ofVersion(version)
  expect(await call('GET /nodes/pve1/lxc')).toMatchObject([{ vmid }])
  expect(await call('GET /nodes/pve1/lxc/200/status/current')).toMatchObject({ vmid })
})

test.each([
  ['7.4', 'local:100/vm-100-disk-0.qcow2,size=1G'],
  ['8.4', 'images:100/vm-100-disk-0.qcow2,size=1G'],
])('version: %s moves a disk where images may not be: %s', async (version, scsi0) => {
  const call = ofVersion(version)
  await call('POST /nodes/pve1/qemu', { vmid: 100, scsi0: 'images:1,format=qcow2' })
  await call.idle()
  await call('POST /nodes/pve1/qemu/100/move_disk', { disk: 'scsi0', storage: 'local', delete: 1 })
  await call.idle()
  expect(await call('GET /nodes/pve1/qemu/100/config')).toMatchObject({ scsi0 })
})
