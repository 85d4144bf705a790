import { describe, expect, it } from 'vitest'
import { parseSeed } from './parse-seed.js'
import { SeedError } from './seed-error.js'

function mistake(text: string): string {
  try {
    parseSeed(text, { file: 'my.yaml' })
  } catch (error) {
    if (error instanceof SeedError) return error.message
    throw error
  }
  return 'none'
}

describe('parseSeed', () => {
  it('reads YAML and JSON alike', () => {
    const fromYaml = parseSeed('nodes:\n  pve:\n    memory: 64G\n', { file: 'a.yaml' })
    const fromJson = parseSeed('{ "nodes": { "pve": { "memory": "64G" } } }', { file: 'a.json' })
    expect(fromYaml).toEqual({ nodes: { pve: { memory: '64G' } } })
    expect(fromJson).toEqual(fromYaml)
  })

  it.each([
    ['YAML', 'nodes:\n  pve: {\n', /^my\.yaml: \d+:\d+: .+/],
    [
      'YAML that repeats a key',
      'nodes: {}\nnodes: {}\n',
      /^my\.yaml: 2:1: Map keys must be unique/,
    ],
    ['JSON', '{\n  "nodes": nope: 1\n}', /^my\.yaml: 2:\d+: .+/],
  ])('names line and column of broken %s', (_, text, message) => {
    expect(mistake(text)).toMatch(message)
  })

  it.each([
    ['', 'seed: null is not an object of named parts'],
    ['nodes: {}', 'nodes: is empty: a cluster needs at least one node'],
    ['cluster: x', 'nodes: is missing'],
    [
      'nodes: { p_1: {} }',
      'nodes.p_1: "p_1" is not a node name: use letters, digits and inner hyphens',
    ],
    [
      'nodes: { pve: { ram: 1 } }',
      'nodes.pve.ram: there is no such key: use one of ip, online, fault, cpus, memory, uptime, bridges, files',
    ],
    [
      'nodes: { pve: { memory: 1Q } }',
      'nodes.pve.memory: "1Q" is not a size: use bytes, or text such as 512M or 32G',
    ],
    [
      'nodes: { pve: { online: "yes" } }',
      'nodes.pve.online: "yes" is not a truth value: use true or false',
    ],
    [
      'nodes: { pve: { cpus: 0 } }',
      'nodes.pve.cpus: 0 is not a number of processors: use 1 to 8192',
    ],
  ])('refuses %s', (text, message) => {
    expect(mistake(text)).toBe(`my.yaml: ${message}`)
  })

  it.each([
    [
      '- { vmid: 99, node: pve, config: {} }',
      'guests[0].vmid: 99 is not a VM id: use 100 to 999999999',
    ],
    [
      '- { vmid: 100, node: pvx, config: {} }',
      'guests[0].node: "pvx" is not a node: use one of pve',
    ],
    ['- { vmid: 100, node: pve }', 'guests[0].config: is missing'],
    [
      '- { vmid: 100, node: pve, config: {} }\n- { vmid: 100, node: pve, config: {} }',
      'guests[1].vmid: 100 is taken by guests[0]',
    ],
    [
      '- { vmid: 100, node: pve, type: vm, config: {} }',
      'guests[0].type: "vm" is not known: use one of qemu, lxc',
    ],
    [
      '- { vmid: 100, node: pve, config: { onboot: true } }',
      'guests[0].config.onboot: true is not how the product writes it: use 1',
    ],
    [
      '- { vmid: 100, node: pve, config: { scsi0: "lokal:vm-100-disk-0" } }',
      'guests[0].config.scsi0: "lokal" is not in the seed: use one of local, local-lvm',
    ],
    [
      '- { vmid: 100, node: pve, running: true, config: { template: 1 } }',
      'guests[0].running: a template cannot run',
    ],
  ])('refuses the guests %s', (guests, message) => {
    expect(mistake(`nodes: { pve: {} }\nguests:\n${guests}`)).toBe(`my.yaml: ${message}`)
  })

  it.each([
    [
      'users: { alice: {} }',
      'users.alice: "alice" is not a user id: write name@realm, such as alice@pve',
    ],
    [
      'users: { a@pve: { tokens: { ci: { secret: x } } } }',
      'users["a@pve"].tokens.ci.secret: "x" is not a UUID',
    ],
    [
      'users: { a@pve: { totp: "0123456789" } }',
      'users["a@pve"].totp: "0123456789" is not a secret in Base32: use the letters A to Z and the digits 2 to 7',
    ],
    [
      'users: { a@pve: { recovery: [""] } }',
      'users["a@pve"].recovery[0]: "" is not a recovery key: it must not be empty',
    ],
    [
      'groups: { g: { members: [a@pve] } }',
      'groups.g.members[0]: "a@pve" is not in the seed: use one of root@pam',
    ],
    ['acl: [{ path: /, role: PVEAuditor }]', 'acl[0]: give exactly one of user, group, token'],
    [
      'acl: [{ path: vms, role: PVEAuditor, user: root@pam }]',
      'acl[0].path: "vms" is not an access path: it begins with a slash',
    ],
    [
      'acl: [{ path: /, role: Boss, user: root@pam }]',
      'acl[0].role: "Boss" is not in the seed: use one of Administrator, NoAccess, PVEAdmin, PVEAuditor, PVEDatastoreAdmin, PVEDatastoreUser, PVEMappingAdmin, PVEMappingUser, PVEPoolAdmin, PVEPoolUser, PVESDNAdmin, PVESDNUser, PVESysAdmin, PVETemplateUser, PVEUserAdmin, PVEVMAdmin, PVEVMUser',
    ],
    [
      'storage: { tank: { type: iscsidirect, server: a } }',
      'storage.tank.server: a storage of type iscsidirect has no such option: use one of bwlimit, content, disable, nodes, portal, target',
    ],
    [
      'pools: { a: { guests: [100] }, b: { guests: [100] } }',
      'pools.b.guests[0]: 100 is in the pool a already',
    ],
    [
      'storage: { x: { type: dir } }',
      'storage.x: "x" is not a storage name: use at least two letters, digits, hyphens, dots or underscores, a letter first',
    ],
  ])('refuses %s', (text, message) => {
    expect(mistake(`nodes: { pve: {} }\n${text}`)).toBe(`my.yaml: ${message}`)
  })
})
