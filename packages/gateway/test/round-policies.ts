import * as fc from 'fast-check'
import { expect } from 'vitest'
import { guardedGateway, keyOf, type Seen } from './guarded-gateway.js'
import { rawExchange } from './raw-exchange.js'

/**
 * Tries to get round a policy by every spelling of a request: what the cluster has seen is then held against what the
 * policy is for, by other means than the policy's own.
 */
export async function tryToGetRound(parameters: fc.Parameters<unknown>): Promise<void> {
  await using lab = await guardedGateway(`
  guest: { nodes: [pve1], guests: { tags: [web] }, parameters: { skiplock: refuse, purge: refuse } }`)
  const url = await lab.gateway.listen()
  const authorization = `Authorization: Bearer ${keyOf('guest')}`
  let reached = 0
  await fc.assert(
    fc.asyncProperty(request, async ({ verb, target, type, body }) => {
      const head = `${verb} ${target} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n${authorization}\r\n`
      const content = `Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body, 'latin1')}\r\n`
      lab.simulator.requests.clear()
      await rawExchange(url, `${head}${body === '' ? '' : content}\r\n${body}`)
      if (lab.seen().length > 0) reached += 1
      const outside = lab.seen().find((seen) => !isInside(seen))
      if (outside) throw new Error(`the cluster saw ${JSON.stringify(outside)}`)
    }),
    parameters,
  )
  // Else the requests would be so wrong that they show nothing.
  expect(reached).toBeGreaterThan((parameters.numRuns ?? 100) / 10)
}

/** What may be seen of a policy for the guests 100 and 101 on pve1. */
function isInside({ path, params }: Seen): boolean {
  const text = JSON.stringify(params)
  if ('skiplock' in params || 'purge' in params || /pve[23]|\b106\b/.test(text)) return false
  if (['/version', '/cluster/nextid'].includes(path)) return true
  return /^\/nodes\/pve1\/(?:qemu|lxc)\/10[01](?:\/|$)/.test(path) || lists.test(path)
}

/** Whose entries the gateway has looked through. */
const lists =
  /^\/(?:$|nodes(?:\/pve1(?:\/(?:qemu|lxc|tasks|storage\/[\w-]+\/content))?)?$|cluster\/(?:resources|tasks)?$)/

/** The usual one, or now and then another. */
const mostly = (usual: string, ...others: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 5 * others.length, arbitrary: fc.constant(usual) },
    ...others.map((other) => fc.constant(other)),
  )

const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex')

/** A text with some of its characters percent-encoded, perhaps twice. */
const encoded = (text: string): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 11 }), { minLength: text.length, maxLength: text.length })
    .map((choices) =>
      Array.from(text)
        .map((character, at) => {
          if (choices[at] === 0) return `%${hex(character)}`
          return choices[at] === 1 ? `%25${hex(character)}` : character
        })
        .join(''),
    )

const node = mostly('pve1', 'pve2', 'PVE1', 'localhost', 'pve1%20', 'pve1%00', 'pve1%0a')
const vmid = mostly('100', '106', '0100', '+100', '100%0a', '100/../106', '106%00', '１００')
const below = mostly(
  'config',
  'status/start',
  'status/stop',
  'clone',
  'migrate',
  '',
  '../106/config',
  '%2e%2e/106/config',
  'config?x=1',
  'config;skiplock=1',
  'config#/status',
  'config%3fskiplock=1',
)
const between = mostly('/', '//', '/./', '/%2f', '%2f', '/%2e/', '/../', '\\')

const path = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(node, mostly('qemu', 'lxc', 'QEMU', 'q%65mu'), vmid, below, between)
      .map(([node, kind, vmid, rest, slash]) => `/nodes/${node}${slash}${kind}/${vmid}/${rest}`),
  },
  fc.constantFrom(
    '/cluster/resources',
    '/cluster/options',
    '/cluster/bulk-action/guest/start',
    '/nodes/pve1/startall',
    '/nodes/pve1/vzdump',
    '/nodes/pve1/qemu',
    '/nodes/pve1/execute',
    '/nodes/pve2/../pve1/qemu/100/config',
    '/access/users',
    '/pools',
    '/nodes/pve1/storage/local-lvm/content/vm-106-disk-0',
  ),
)

const parameter = fc
  .tuple(
    fc.constantFrom(
      'skiplock',
      'purge',
      'SkipLock',
      'skiplock[]',
      'node',
      'vmid',
      'vms',
      'target',
      'newid',
      'cores',
      'pool',
      'all',
      '__proto__',
      'constructor',
      '',
      'skiplock\0',
      ' skiplock',
      '_dc',
    ),
    fc.constantFrom('1', '0', '', 'pve2', 'pve1', '106', '100', '100,106', '106\n', 'true'),
  )
  .chain(([name, value]) => fc.tuple(encoded(name), encoded(value)))

const joiner = fc.constantFrom('&', ';', '&&', '&;', '%26')
const form = fc
  .tuple(fc.array(parameter, { maxLength: 4 }), joiner, fc.constantFrom('=', '', '==', '=a='))
  .map(([pairs, joint, is]) => pairs.map(([name, value]) => name + is + value).join(joint))

const json = fc
  .array(parameter, { minLength: 1, maxLength: 3 })
  .map((pairs) =>
    pairs
      .map(([name, value]) => {
        const plain = decodeURIComponent(name.replaceAll('%25', '%'))
        return `${JSON.stringify(plain)}:${/^\d+$/.test(value) ? value : JSON.stringify([value])}`
      })
      .join(','),
  )
  .map((members) => `{${members}}`)

const part = parameter.map(
  ([name, value]) =>
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--x--\r\n`,
)

const content = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ type: '', body: '' }) },
  form.map((body) => ({ type: 'application/x-www-form-urlencoded', body })),
  form.map((body) => ({ type: 'text/plain', body })),
  json.map((body) => ({ type: 'application/json', body })),
  json.map((body) => ({ type: 'application/x-www-form-urlencoded; a=application/json', body })),
  part.map((body) => ({ type: 'multipart/form-data; boundary=x', body })),
)

const request = fc
  .record({
    verb: mostly('GET', 'POST', 'PUT', 'DELETE', 'get', 'HEAD', 'PATCH'),
    surface: mostly(
      '/api2/json',
      '',
      '/api2/extjs',
      '/api2/html',
      '//api2/json',
      '/%61pi2/json',
      '/API2/json',
    ),
    path: fc.oneof({ weight: 3, arbitrary: path }, path.chain(encoded)),
    query: fc.oneof(
      { weight: 3, arbitrary: fc.constant('') },
      form.map((text) => `?${text}`),
      form.map((text) => `?a=1?${text}`),
    ),
    content,
  })
  .map(({ verb, surface, path, query, content }) => ({
    verb,
    target: `${surface}${path}${query}`.replaceAll(/[^\x21-\x7e]/g, (character) =>
      encodeURIComponent(character),
    ),
    ...content,
  }))
