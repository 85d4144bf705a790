import { loadDefinition } from '@proxkit/schema'
import { beforeEach, describe, expect, it } from 'vitest'
import { callAs, type ApiCaller } from '../../../../test/api-caller.js'
import { createSimulator, instantClock, type Simulator } from '../../../index.js'

const path = '/nodes/pve/apt/repositories'
const folder = '/etc/apt/sources.list.d'
let simulator: Simulator
let root: ApiCaller

beforeEach(() => start({}))

function start(files: Readonly<Record<string, string>>, version: '8.4' | '9.2' = '9.2'): void {
  const seed = { nodes: { pve: { files } } }
  simulator = createSimulator({
    seed,
    definition: loadDefinition({ product: 'pve', version }),
    clock: instantClock(),
  })
  root = callAs(simulator)
}

function file(name: string): string | undefined {
  return simulator.snapshot().nodes.pve?.files[name]
}

async function list(): Promise<Record<string, unknown>> {
  return Object(await root(`GET ${path}`))
}

async function statuses(): Promise<unknown> {
  const { 'standard-repos': standard } = await list()
  return Object.fromEntries(Object(standard).map(({ handle, status }: never) => [handle, status]))
}

describe('a fresh node', () => {
  it('has those of its distribution and the enterprise ones', async () => {
    const { files, errors, digest, infos } = await list()
    expect(errors).toEqual([])
    expect(digest).toMatch(/^[\da-f]{64}$/)
    expect(files).toMatchObject([
      { path: `${folder}/ceph.sources` },
      {
        path: `${folder}/debian.sources`,
        'file-type': 'sources',
        repositories: [
          {
            Types: ['deb'],
            URIs: ['http://deb.debian.org/debian/'],
            Suites: ['trixie', 'trixie-updates'],
            Components: ['main', 'contrib', 'non-free-firmware'],
            Options: [
              { Key: 'Signed-By', Values: ['/usr/share/keyrings/debian-archive-keyring.gpg'] },
            ],
            FileType: 'sources',
            Enabled: 1,
          },
          { Suites: ['trixie-security'] },
        ],
      },
      { path: `${folder}/pve-enterprise.sources` },
    ])
    expect(Object(infos).map(({ message }: { message: string }) => message)).toEqual([
      'Proxmox',
      'Debian',
      'Debian',
      'Proxmox',
    ])
    expect(await statuses()).toEqual({
      enterprise: 1,
      'no-subscription': undefined,
      test: undefined,
      'ceph-squid-enterprise': 1,
      'ceph-squid-no-subscription': undefined,
      'ceph-squid-test': undefined,
      'ceph-tentacle-enterprise': undefined,
      'ceph-tentacle-no-subscription': undefined,
      'ceph-tentacle-test': undefined,
    })
  })

  it('of an older release has them in lines', async () => {
    start({}, '8.4')
    const { files } = await list()
    expect(files).toMatchObject([
      {
        path: '/etc/apt/sources.list',
        'file-type': 'list',
        repositories: [
          { Suites: ['bookworm'] },
          { Suites: ['bookworm-updates'] },
          { Suites: ['bookworm-security'], Components: ['main', 'contrib'], FileType: 'list' },
        ],
      },
      { path: `${folder}/pve-enterprise.list` },
    ])
  })
})

describe('a repository', () => {
  it('is switched off and on by its place', async () => {
    const enterprise = `${folder}/pve-enterprise.sources`
    await root(`POST ${path}`, { path: enterprise, index: 0, enabled: 0 })
    expect(file(enterprise)).toBe(
      [
        'Types: deb',
        'URIs: https://enterprise.proxmox.com/debian/pve',
        'Suites: trixie',
        'Components: pve-enterprise',
        'Signed-By: /usr/share/keyrings/proxmox-archive-keyring.gpg',
        'Enabled: false',
        '',
      ].join('\n'),
    )
    expect(await statuses()).toMatchObject({ enterprise: 0, 'ceph-squid-enterprise': 1 })
    await root(`PUT ${path}`, { handle: 'enterprise' })
    expect(file(enterprise)).toContain('Enabled: true\n')
  })

  it('is added by its handle, once', async () => {
    await root(`PUT ${path}`, { handle: 'no-subscription' })
    await root(`PUT ${path}`, { handle: 'no-subscription' })
    await root(`PUT ${path}`, { handle: 'test' })
    expect(file(`${folder}/proxmox.sources`)?.match(/^Components: .*$/gm)).toEqual([
      'Components: pve-no-subscription',
      'Components: pve-test',
    ])
    expect(await statuses()).toMatchObject({ 'no-subscription': 1, test: 1 })
  })

  it('is refused with what is wrong', async () => {
    const change = (params: object) => root(`POST ${path}`, { enabled: 1, ...params })
    expect(await change({ path: '/etc/fstab', index: 0 })).toBe('500 invalid path - /etc/fstab')
    const debian = `${folder}/debian.sources`
    expect(await change({ path: debian, index: 2 })).toBe('500 invalid index - 2')
    expect(await change({ path: debian, index: 0, digest: '0'.repeat(64) })).toBe(
      '500 detected modified configuration - file changed by other user? Try again.',
    )
    expect(await root(`PUT ${path}`, { handle: 'other' })).toBe(
      "500 no standard repository for handle 'other' on host product 'pve' and suite 'trixie'",
    )
  })
})

describe('a file', () => {
  it('with lines keeps options, comments and what is switched off', async () => {
    const text = [
      '# mirror',
      'deb [ arch=amd64,i386 signed-by="/a b.gpg" ] http://ftp.debian.org/debian trixie main # near',
      '#deb-src cdrom:[Debian 13 "Trixie"]/ trixie main',
      'deb http://x.test/flat ./',
    ].join('\n')
    start({ '/etc/apt/sources.list': text })
    const { files } = await list()
    expect(Object(files)[0].repositories).toEqual([
      {
        Types: ['deb'],
        URIs: ['http://ftp.debian.org/debian'],
        Suites: ['trixie'],
        Components: ['main'],
        Options: [
          { Key: 'arch', Values: ['amd64', 'i386'] },
          { Key: 'signed-by', Values: ['/a b.gpg'] },
        ],
        Comment: ' mirror\n near\n',
        FileType: 'list',
        Enabled: 1,
      },
      {
        Types: ['deb-src'],
        URIs: ['cdrom:[Debian 13 Trixie]/'],
        Suites: ['trixie'],
        Components: ['main'],
        FileType: 'list',
        Enabled: 0,
      },
      {
        Types: ['deb'],
        URIs: ['http://x.test/flat'],
        Suites: ['./'],
        FileType: 'list',
        Enabled: 1,
      },
    ])
    await root(`POST ${path}`, { path: '/etc/apt/sources.list', index: 0, enabled: 0 })
    expect(file('/etc/apt/sources.list')).toBe(
      [
        '# mirror',
        '# near',
        '# deb [ arch=amd64,i386 "signed-by=/a b.gpg" ] http://ftp.debian.org/debian trixie main',
        '',
        '# deb-src cdrom:[Debian 13 Trixie]/ trixie main',
        '',
        'deb http://x.test/flat ./ ',
        '',
      ].join('\n'),
    )
  })

  it.each([
    ['Types: deb\nURIs: x\nSuites: trixie', "check for repository 1 - invalid URI: 'x'"],
    ['Types: deb\nURIs: http://x\nSuites: trixie', 'check for repository 1 - missing component(s)'],
    ['Types: rpm', "malformed entry in stanza 1 - invalid package type 'rpm'"],
    [': x', "malformed entry in stanza 1 - option has no key: ': x'"],
  ])('that is damaged is told of: %j', async (text, error) => {
    start({ [`${folder}/own.sources`]: text })
    expect(await list()).toMatchObject({
      files: [],
      errors: [{ path: `${folder}/own.sources`, error }],
    })
  })

  it('is remarked on where its suites do not fit', async () => {
    const suites = 'bookworm forky duke stable sid own trixie'
    const text = `Types: deb\nURIs: https://security.debian.org/\nSuites: ${suites}\nComponents: main\n`
    start({ [`${folder}/own.sources`]: text })
    const { infos } = await list()
    const expected = "expected suite 'trixie-security'"
    expect(
      Object(infos).map(({ kind, message }: Record<string, string>) => `${kind}: ${message}`),
    ).toEqual([
      "warning: old suite 'bookworm' configured!",
      `warning: ${expected}`,
      "ignore-pre-upgrade-warning: suite 'forky' should not be used in production!",
      `warning: ${expected}`,
      "warning: suite 'duke' should not be used in production!",
      `warning: ${expected}`,
      "warning: use the name of the stable distribution instead of 'stable'!",
      "warning: suite 'sid' should not be used in production!",
      `warning: ${expected}`,
      'origin: Debian',
    ])
  })
})
