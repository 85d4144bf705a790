import { loadDefinition } from '@proxkit/schema'
import { describe, expect, test } from 'vitest'
import { callAs, type ApiCaller } from '../../test/api-caller.js'
import { createSimulator } from '../create-simulator.js'
import { instantClock } from '../engine/clock.js'

interface Version {
  idle(): Promise<void>
  as(user: string): ApiCaller
}

function ofVersion(version: string): ApiCaller & Version {
  const simulator = createSimulator({
    clock: instantClock(),
    definition: loadDefinition({ product: 'pve', version }),
    seed: {
      nodes: { pve1: {} },
      storage: {
        images: { type: 'dir', path: '/srv/images', content: 'images' },
        local: { type: 'dir', path: '/var/lib/vz', content: 'iso' },
      },
      users: { 'alice@pve': {} },
      roles: { Own: ['VM.Audit'] },
      acl: [{ path: '/vms', role: 'Own', user: 'alice@pve' }],
      files: { 'nodes/pve1/lxc/200.conf': 'arch: amd64\n' },
    },
  })
  return Object.assign(callAs(simulator), {
    idle: () => simulator.idle(),
    as: (user: string) => callAs(simulator, user),
  })
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

test.each([
  ['8.4', 'VM.Monitor', null],
  ['8.4', 'VM.GuestAgent.Audit', refusedPrivilege('VM.GuestAgent.Audit')],
  ['9.2', 'VM.Monitor', refusedPrivilege('VM.Monitor')],
  ['9.2', 'VM.GuestAgent.Audit', null],
  ['7.4', 'SDN.Use', refusedPrivilege('SDN.Use')],
])('version: in %s a role with %s', async (version, privs, answer) => {
  const call = ofVersion(version)
  expect(await call('PUT /access/roles/Own', { privs })).toEqual(answer)
  expect(await call('POST /access/roles', { roleid: 'New', privs })).toEqual(answer)
})

function refusedPrivilege(name: string): object {
  return { status: 400, errors: { privs: `invalid format - invalid privilege '${name}'\n` } }
}

test('version: up to 8 an agent is for who has VM.Monitor', async () => {
  const call = ofVersion('8.4')
  await call('POST /nodes/pve1/qemu', { vmid: 100 })
  await call.idle()
  const ping = () => call.as('alice@pve')('POST /nodes/pve1/qemu/100/agent/ping')
  expect(await ping()).toBe('403 Permission check failed (/vms/100, VM.Monitor)')
  await call('PUT /access/roles/Own', { privs: 'VM.Monitor' })
  expect(await ping()).toBe('500 No QEMU guest agent configured')
})

test('version: up to 7 a bridge is for everybody who may change networks', async () => {
  const call = ofVersion('7.4')
  await call('POST /nodes/pve1/qemu', { vmid: 100 })
  await call.idle()
  await call('PUT /access/roles/Own', { privs: 'VM.Config.Network' })
  const net0 = 'virtio=BC:24:11:00:00:01,bridge=vmbr0'
  expect(await call.as('alice@pve')('PUT /nodes/pve1/qemu/100/config', { net0 })).toBeNull()
})

test.each([
  ['8.4', 'images:100/vm-100-disk-0.qcow2,efitype=4m,pre-enrolled-keys=1,size=528K'],
  ['9.2', 'images:100/vm-100-disk-0.qcow2,efitype=4m,ms-cert=2023k,pre-enrolled-keys=1,size=528K'],
])('version: %s makes the EFI disk %s', async (version, made) => {
  const call = ofVersion(version)
  const efidisk0 = 'images:1,format=qcow2,efitype=4m,pre-enrolled-keys=1'
  await call('POST /nodes/pve1/qemu', { vmid: 100, bios: 'ovmf', efidisk0 })
  await call.idle()
  expect(await call('GET /nodes/pve1/qemu/100/config')).toMatchObject({ efidisk0: made })
})
