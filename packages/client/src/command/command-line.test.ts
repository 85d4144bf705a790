import { spawnSync } from 'node:child_process'
import type { ApiRequest } from '@proxkit/schema'
import { describe, expect, it } from 'vitest'
import { proxmoxerVectors, type VectorRow } from '../../test/proxmoxer-vectors.js'
import { toCommandLine } from './command-line.js'
import { shellProfile } from './shell-product.js'
import { shellQuote } from './shell-quote.js'

const words = (request: Partial<ApiRequest>, product = 'pve'): string[] =>
  toCommandLine({ verb: 'GET', path: '/', params: {}, ...request }, shellProfile(product))

const line = (request: Partial<ApiRequest>, product?: string): string =>
  words(request, product).join(' ')

const json = '--output-format json'

describe('the command line of a call', () => {
  it.each([
    ['GET', 'get'],
    ['POST', 'create'],
    ['PUT', 'set'],
    ['DELETE', 'delete'],
  ] as const)('%s is %s', (verb, command) => {
    expect(line({ verb, path: '/pools' })).toBe(`pvesh ${command} /pools ${json}`)
  })

  it('writes booleans as 1 and 0, and repeats what is a list', () => {
    const params = { full: true, purge: false, command: ['ls', '-la'], delete: [], gone: undefined }
    expect(words({ path: '/x', params })).toEqual(
      // One word per line would hide the empty one.
      `pvesh get /x -full 1 -purge 0 -command ls -command -la -delete  ${json}`.split(' '),
    )
  })

  it('has the path as it was before it was encoded', () => {
    const path = '/nodes/pve1/storage/local/content/local%3Aiso%2Fa%20b.iso'
    expect(words({ path })[2]).toBe('/nodes/pve1/storage/local/content/local:iso/a b.iso')
  })

  it('is pmgsh without a format for PMG', () => {
    expect(line({ path: '/config/ruledb' }, 'pmg')).toBe('pmgsh get /config/ruledb')
  })

  it.each([
    [{ path: '/x', params: { a: { b: 1 } } }, 'pve', 'parameter a: an object or a list of lists'],
    [{ path: '/x', params: { 'a b': 1 } }, 'pve', "parameter 'a b' cannot be an option"],
    [
      { path: '/x', params: { a: 'x\0y' } },
      'pve',
      'a command cannot be given text with a zero byte',
    ],
    [{ path: '/config/%2E%2E/x' }, 'pmg', "a component that is '.' or '..'"],
    [{ path: '/x' }, 'pbs', "product 'pbs' has no command for its API"],
    [{ path: '/x' }, 'pdm', 'Use host or url, which is HTTPS'],
  ])('refuses %j for %s', (request, product, message) => {
    expect(() => words(request, product)).toThrow(message)
  })

  const vectors = proxmoxerVectors('cli_commands')
  it.skipIf(!vectors).for((vectors ?? []).filter(isSpelledLikeOurs))(
    'is that of proxmoxer for $call',
    ({ call, service, sudo, argv }) => {
      const verb = { get: 'GET', post: 'POST', put: 'PUT', delete: 'DELETE' }[String(call.verb)]
      const request = { verb, path: `/${call.path}`, params: call.params ?? {} }
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the vectors hold calls
      const ours = words(request as ApiRequest, service.toLowerCase())
      expect(sudo ? ['sudo', ...ours] : ours).toEqual(argv)
    },
  )
})

/** A boolean is 1 there, and a text given to `agent/exec` is split only by whoever asks for that. */
function isSpelledLikeOurs(row: VectorRow): boolean {
  if (row['from'] === 'observed-bug' || !row['call']) return false
  const values = Object.values(row['call'].params ?? {})
  const isSplit = String(row['call'].path).endsWith('/agent/exec')
  return !values.includes(true) && !(isSplit && typeof row['call'].params.command === 'string')
}

describe('quoting for a shell', () => {
  const texts = [
    '',
    'a b',
    `it's "$HOME" \`x\` \\ !`,
    'x\ny',
    'é',
    '~/x',
    '*',
    '-n',
    '#',
    'a;b&c|d',
  ]

  it('is read back as it was', () => {
    const echo = `printf '%s\\0' ${shellQuote(texts)}`
    expect(spawnSync('sh', ['-c', echo], { encoding: 'utf8' }).stdout).toBe(`${texts.join('\0')}\0`)
  })

  const vectors = proxmoxerVectors('cli_shell_join')
  it.skipIf(!vectors).for(vectors ?? [])(
    'is that of proxmoxer for $argv',
    ({ argv, expect: want }) => {
      expect(shellQuote(argv)).toBe(want)
    },
  )
})
