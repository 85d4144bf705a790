import type { LookupAddress } from 'node:dns'
import { expect, test } from 'vitest'
import { smallApidoc, startApidocServer } from '../../test/apidoc-server.js'
import { fetchDefinition, type Reach } from './index.js'

const apidocPath = '/pve-docs/api-viewer/apidoc.js'
const pages = { [apidocPath]: smallApidoc }

/** Resolves every name to these addresses, and refuses those that are not the test's own. */
function reachOf(addresses: readonly LookupAddress[]): Reach & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    lookup: (_host, _options, callback) => callback(null, [...addresses]),
    requireAllowed(address) {
      asked.push(address)
      if (address !== '127.0.0.1') throw new Error(`${address} is refused`)
    },
  }
}

const own = { address: '127.0.0.1', family: 4 }
const options = { version: '9.2.4', tls: { verify: false } } as const

test('the addresses of a name are looked at, and again the one that was connected to', async () => {
  await using server = await startApidocServer(pages)
  const reach = reachOf([own])
  const { pulled } = await fetchDefinition(`https://pve.test:${server.port}`, { ...options, reach })
  expect(pulled).toMatchObject({ name: 'pve-9.2.4', product: 'pve' })
  expect(reach.asked).toEqual(['127.0.0.1', '127.0.0.1'])
})

test('one refused address of a name is enough', async () => {
  await using server = await startApidocServer(pages)
  const reach = reachOf([own, { address: '10.0.0.1', family: 4 }])
  const fetched = fetchDefinition(`https://pve.test:${server.port}`, { ...options, reach })
  await expect(fetched).rejects.toMatchObject({
    name: 'PullError',
    message: `cannot fetch https://pve.test:${server.port}${apidocPath}: 10.0.0.1 is refused`,
    cause: new Error('10.0.0.1 is refused'),
  })
  expect(server.asked).toEqual([])
})

test('a name without addresses is told', async () => {
  const fetched = fetchDefinition('https://pve.test', { ...options, reach: reachOf([]) })
  await expect(fetched).rejects.toThrow('pve.test has no address')
})

test('an address in the URL is looked at before anything is connected to', async () => {
  const reach = reachOf([])
  const fetched = fetchDefinition('https://[::ffff:127.0.0.1]:1', { ...options, reach })
  await expect(fetched).rejects.toThrow('::ffff:7f00:1 is refused')
  expect(reach.asked).toEqual(['::ffff:7f00:1'])
})

test('nothing is sent where the connection is to a refused address', async () => {
  await using server = await startApidocServer(pages)
  let asked = 0
  const reach: Reach = {
    lookup: (_host, _options, callback) => callback(null, [own]),
    requireAllowed() {
      asked += 1
      if (asked === 2) throw new Error('it turned out to be another')
    },
  }
  const fetched = fetchDefinition(`https://pve.test:${server.port}`, { ...options, reach })
  await expect(fetched).rejects.toThrow('it turned out to be another')
  expect(server.asked).toEqual([])
})

test.each([
  ['pve-docs/api-viewer/'],
  ['pve-docs/api-viewer/index.html#/nodes'],
  ['pve-docs/api-viewer/apidoc.js'],
])('the address of the viewer, /%s, is that of its server', async (path) => {
  await using server = await startApidocServer(pages)
  const { pulled } = await fetchDefinition(`${server.url}/${path}`, options)
  expect(pulled.url).toBe(`${server.url}${apidocPath}`)
})

test('a redirect is not followed', async () => {
  await using server = await startApidocServer({}, { [apidocPath]: 'https://127.0.0.1:1/' })
  await expect(fetchDefinition(server.url, options)).rejects.toThrow(
    `${server.url}${apidocPath} leads elsewhere (302), and is not followed`,
  )
})

test('a page that would fill the memory is given up, however small it came', async () => {
  await using server = await startApidocServer({ [apidocPath]: ' '.repeat(49 * 2 ** 20) })
  await expect(fetchDefinition(server.url, options)).rejects.toThrow(
    `${server.url}${apidocPath} has more than 50331648 bytes`,
  )
})

test('a description that is damaged further down is told', async () => {
  const damaged = smallApidoc.replace('"check":["perm"', '"check":["perhaps"')
  await using server = await startApidocServer({ [apidocPath]: damaged })
  await expect(fetchDefinition(server.url, options)).rejects.toMatchObject({
    name: 'PullError',
    message: expect.stringContaining(`cannot read ${server.url}${apidocPath}: `),
  })
})

test('a server that is silent is given up', async () => {
  await using server = await startApidocServer({}, { [apidocPath]: 'silence' })
  await expect(fetchDefinition(server.url, { ...options, timeout: 50 })).rejects.toMatchObject({
    message: `no answer from 127.0.0.1:${server.port} within 50 ms`,
    code: 'ETIMEDOUT',
  })
})
