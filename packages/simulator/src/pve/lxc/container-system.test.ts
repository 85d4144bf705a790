import { expect, it } from 'vitest'
import { systemOfTemplate } from './container-system.js'

it.each([
  ['debian-13-standard_13.1-1_amd64.tar.zst', 'debian', '13'],
  ['mine-ubuntu-24.04-standard_24.04-2_amd64.tar.zst', 'ubuntu', '24.04'],
  ['rockylinux-10-default_20251001_amd64.tar.xz', 'centos', '10'],
])('a template named %s holds %s %s', (name, ostype, version) => {
  expect(systemOfTemplate(name)).toEqual({ ostype, version })
})

it('a template may be named after nothing', () => {
  expect(systemOfTemplate('mydebian.tar.zst')).toBeUndefined()
})
