import { describe, expect, test } from 'vitest'
import { type DefinitionId, describeOperation, describeParameter } from '../index.js'

const pve: DefinitionId = { product: 'pve', version: '9.2' }

test('operations: are described by verb and path template', () => {
  expect(describeOperation(pve, { verb: 'GET', path: '/version' })).toBe(
    'Show the version of the API and of the Proxmox VE installation',
  )
  expect(describeOperation(pve, { verb: 'PUT', path: '/version' })).toBeUndefined()
})

const describeName = (name: string, path = '/nodes/{node}/qemu'): string | undefined =>
  describeParameter(pve, { verb: 'POST', path, name })

describe('parameters', () => {
  test('mean the same wherever nothing else is said', () => {
    const node = 'Name of the node'
    expect(describeName('node')).toBe(node)
    expect(describeName('node', '/nodes/{node}/disks/zfs')).toBe(node)
  })

  test('mean what the place says that reaches deepest', () => {
    expect(describeName('name')).toBe('Name of the virtual machine')
    expect(describeName('name', '/cluster/firewall/aliases')).toBe('Name of the alias')
    expect(describeName('name', '/nodes/{node}/qemu/{vmid}/firewall/aliases')).toBe(
      'Name of the alias',
    )
  })

  test('are found under their index, their stem, and with a member of their property string', () => {
    const bridge = 'Bridge on the node that the device is connected to'
    expect(describeName('net0')).toBe(describeName('net[n]'))
    expect(describeName('net0.bridge')).toBe(bridge)
    expect(describeName('net[n].bridge')).toBe(bridge)
  })

  test.each(['nothing', 'net0.nothing', 'constructor', ''])('%j is unknown', (name) => {
    expect(describeName(name)).toBeUndefined()
  })
})
