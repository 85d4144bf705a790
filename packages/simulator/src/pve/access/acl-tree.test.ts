import { describe, expect, test } from 'vitest'
import { createAclNode, isAclPath, normalizeAclPath, requireAclNode, walkAcl } from './acl-tree.js'

describe('normalizeAclPath', () => {
  test.each([
    ['/', '/'],
    ['/vms/100', '/vms/100'],
    ['vms/100', '/vms/100'],
    ['//vms///100/', '/vms/100'],
    ['', undefined],
    ['0', undefined],
    ['/vms/a b', undefined],
    ['/access/realm/ü', undefined],
  ])('%j is %j', (path, normal) => {
    expect(normalizeAclPath(path)).toBe(normal)
  })
})

describe('isAclPath', () => {
  test.each([
    '/',
    '/access',
    '/access/groups/ops',
    '/access/realm/pve',
    '/nodes/pve1',
    '/pool/a/b/c',
    '/sdn/zones/z/v/12',
    '/storage/local',
    '/vms/100',
    '/mapping/pci/gpu',
  ])('entries can be made for %s', (path) => {
    expect(isAclPath(path)).toBe(true)
  })

  test.each([
    '/foo',
    '/access/users',
    '/vms/99',
    '/vms/100/disk',
    '/pool/a/b/c/d',
    '/sdn/zones/z/v/0',
    '/sdn/dns/a-b',
    '/mapping/pci/gpu/x',
    '',
  ])('but not for %j', (path) => {
    expect(isAclPath(path)).toBe(false)
  })
})

test('walkAcl: visits each node before its children, these by name', () => {
  const root = createAclNode()
  requireAclNode(root, '/vms/200')
  requireAclNode(root, '/storage')
  requireAclNode(root, '/vms/100')
  expect([...walkAcl(root)].map(([path]) => path)).toEqual([
    '/',
    '/storage',
    '/vms',
    '/vms/100',
    '/vms/200',
  ])
})
