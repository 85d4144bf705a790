import { beforeEach, expect, test } from 'vitest'
import { ConfigTree } from '../../engine/config-tree.js'
import {
  addGuestToPool,
  removeGuestAccess,
  removeGuestFromPool,
  removeStorageAccess,
} from './guest-access.js'

let config: ConfigTree

beforeEach(() => {
  config = new ConfigTree()
  config.write(
    'user.cfg',
    `user:joe@pve:1:0::::::
pool:p1::100:local:
pool:p2::::
acl:1:/storage/local:joe@pve:PVEAuditor:
acl:1:/vms/100:joe@pve:PVEAuditor:
`,
  )
})

const lines = (kind: string): string[] | undefined =>
  config
    .read('user.cfg')
    ?.split('\n')
    .filter((line) => line.startsWith(kind))

test('a guest that is gone leaves nothing behind', () => {
  removeGuestAccess(config, 100)
  expect(lines('pool')).toEqual(['pool:p1:::local:', 'pool:p2::::'])
  expect(lines('acl')).toEqual(['acl:1:/storage/local:joe@pve:PVEAuditor:'])
})

test('a guest that nobody knows changes nothing', () => {
  const before = config.read('user.cfg')
  removeGuestAccess(config, 101)
  removeGuestFromPool(config, 101)
  addGuestToPool(config, { vmid: 101, pool: 'none' })
  expect(config.read('user.cfg')).toBe(before)
})

test('a storage that is gone leaves nothing behind', () => {
  removeStorageAccess(config, 'local')
  expect(lines('pool')).toEqual(['pool:p1::100::', 'pool:p2::::'])
  expect(lines('acl')).toEqual(['acl:1:/vms/100:joe@pve:PVEAuditor:'])
})

test('a guest comes into a pool and out of it', () => {
  addGuestToPool(config, { vmid: 101, pool: 'p2' })
  expect(lines('pool:p2')).toEqual(['pool:p2::101::'])
  removeGuestFromPool(config, 101)
  expect(lines('pool:p2')).toEqual(['pool:p2::::'])
})
