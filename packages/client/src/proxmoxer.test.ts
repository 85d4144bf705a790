import { describe, expect, test } from 'vitest'
import { clientOf } from '../test/clients.js'
import { rowsOf } from '../test/proxmoxer-vectors.js'
import { startServer, type WireRequest } from '../test/wire-server.js'
import type { AnyResource } from './index.js'

// What proxmoxer does, in our spelling: an id of the list form is one component, a path may have slashes at the root
// only, and what has no meaning in a path (None, a trailing slash) is left out where proxmoxer leaves it out or in.

type VerbName = 'get' | 'post' | 'put' | 'delete' | 'create' | 'set'

const wire = async (
  call: (pve: AnyResource) => Promise<unknown>,
): Promise<Pick<WireRequest, 'method' | 'body'> & { path: string; query: string }> => {
  const server = await startServer(() => ({ body: { data: null } }))
  await call(clientOf(server).any)
  const { method, target, body } = server.requests[0] ?? { method: '', target: '', body: '' }
  const [path = '', query = ''] = target.replace('/api2/json', '').split('?')
  return { method, body, path, query }
}

/** Colons, `@` and such may be encoded or not: what counts is what arrives. */
const arriving = (path: string): string[] =>
  path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent)

const below = (url: string): string =>
  url.replace(/^https:\/\/h:8006\/api2\/json/, '').replace(/^http:\/\/example.com/, '')

const unspellable = (id: unknown): boolean =>
  id === null ||
  (typeof id === 'object' && id !== null && '$object_with_string_form' in id) ||
  (Array.isArray(id) && id.includes(''))

const isTuple = (id: unknown): id is { readonly $tuple: string[] } =>
  typeof id === 'object' && id !== null && '$tuple' in id

describe('resource_call', () => {
  interface Row {
    readonly id: unknown
    readonly expect: string
  }
  const rows = rowsOf<Row>('resource_call').filter(({ id }) => !unspellable(id))

  test.skipIf(rows.length === 0).each(rows)('$id → $expect', async ({ id, expect: url }) => {
    const ids = Array.isArray(id) ? id : isTuple(id) ? id.$tuple : [id]
    const [first = [], ...more] = ids
    const { path } = await wire((pve) => pve(first, ...more).get())
    expect(arriving(path)).toEqual(arriving(below(url)))
  })
})

describe('url_join', () => {
  interface Row {
    readonly base: string
    readonly segments: readonly (string | number)[]
    readonly expect: string
  }
  // A path begins below the API here, and percent-encoded text is the text itself.
  const rows = rowsOf<Row>('url_join').filter(
    ({ base, segments }) => base === 'https://h:8006/api2/json' && !String(segments).includes('%'),
  )

  test.skipIf(rows.length === 0).each(rows)('$segments', async ({ segments, expect: url }) => {
    const [first = '', ...more] = segments
    const { path } = await wire((pve) => pve.get(first, ...more))
    expect(arriving(path)).toEqual(arriving(below(url)))
  })
})

describe('resource_attr', () => {
  interface Row {
    readonly name?: string
    readonly expect?: string
    readonly names_that_are_verbs_not_segments?: readonly string[]
  }
  const rows = rowsOf<Row>('resource_attr')
  // Underscores are Python's; what a promise looks for is no path here, and `pve('then')` is.
  const names = rows.filter(({ name, expect: url }) => url !== undefined && name !== 'then')

  test.skipIf(rows.length === 0).each(names)('$name', async ({ name = '', expect: url = '' }) => {
    const { path } = await wire((pve) => pve[name]?.get() ?? Promise.resolve())
    expect(path).toBe(below(url))
  })

  test.skipIf(rows.length === 0)('verbs are no paths', () => {
    const { any } = clientOf({ port: 1 })
    const verbs = rows.flatMap((row) => row.names_that_are_verbs_not_segments ?? [])
    for (const verb of verbs.filter((name) => name !== 'url_join')) {
      expect(String(any(verb))).toBe(`ProxkitResource /${verb}`)
      expect(String(any[verb])).not.toContain('ProxkitResource')
    }
  })
})

describe('resource_chain', () => {
  interface Step {
    readonly attr?: string
    readonly call?: string | string[]
    readonly verb?: VerbName
    readonly args?: string[]
  }
  const rows = rowsOf<{ readonly steps: readonly Step[]; readonly expect?: string }>(
    'resource_chain',
  ).filter((row) => row.expect !== undefined)

  test.skipIf(rows.length === 0).each(rows)('$steps', async ({ steps, expect: url = '' }) => {
    const { path } = await wire(async (pve) => {
      let handle = pve
      for (const { attr, call, verb, args = [] } of steps) {
        if (attr !== undefined) handle = handle(attr)
        if (call !== undefined) handle = handle(call)
        if (verb)
          await (args.length > 0 ? Reflect.apply(handle[verb], undefined, args) : handle[verb]())
      }
    })
    expect(path).toBe(below(url))
  })
})

describe('verb_mapping, none_filter', () => {
  interface Row {
    readonly verb: VerbName
    readonly args: readonly string[]
    readonly params: object
    readonly expect: {
      readonly method: string
      readonly path: string
      readonly query?: Record<string, string>
      readonly body?: Record<string, string>
    }
  }
  const rows = rowsOf<Row>('verb_mapping')

  test.skipIf(rows.length === 0).each(rows)(
    '$verb',
    async ({ verb, args, params, expect: want }) => {
      const seen = await wire((pve) => pve[verb](args.join('/'), params))
      expect(seen).toEqual({
        method: want.method,
        path: want.path,
        query: String(new URLSearchParams(want.query)),
        body: String(new URLSearchParams(want.body)),
      })
    },
  )

  const filtered = rowsOf<{ method: 'GET' | 'POST'; params: object; sent: object }>('none_filter')

  test.skipIf(filtered.length === 0).each(filtered)('$method $params', async (row) => {
    const seen = await wire((pve) => pve[row.method === 'GET' ? 'get' : 'post']('x', row.params))
    const sent = Object.entries(row.sent).map(([name, value]) => [
      name,
      String(Number(value) || value),
    ])
    const text = row.method === 'GET' ? seen.query : seen.body
    expect([...new URLSearchParams(text)]).toEqual(
      sent.map(([name, value]) => [name, value === 'false' ? '0' : value]),
    )
  })
})

describe('request_encoding', () => {
  interface Row {
    readonly call: {
      readonly verb: VerbName
      readonly path?: string
      readonly args?: readonly (string | number)[]
      readonly params?: Record<string, unknown>
    }
    readonly wire: { readonly method: string; readonly path: string; readonly body: string }
  }
  const rows = rowsOf<Row>('request_encoding').filter(
    // Bytes are no parameter here, percent-encoded text in a path is the text itself, and `<upid>` is no path.
    ({ call }) => !/\$|%2F|</.test(JSON.stringify(call)),
  )

  test.skipIf(rows.length === 0).each(rows)('$call', async ({ call, wire: want }) => {
    const { verb, path, args = path?.split('/') ?? [], params = {} } = call
    const seen = await wire((pve) => pve[verb](args, params))
    const [wantedPath = '', wantedQuery = ''] = want.path.replace('/api2/json', '').split('?')
    expect(seen.method).toBe(want.method)
    expect([...new URLSearchParams(seen.query)]).toEqual([...new URLSearchParams(wantedQuery)])
    expect([...new URLSearchParams(seen.body)]).toEqual([...new URLSearchParams(want.body)])
    expect(arriving(seen.path)).toEqual(arriving(wantedPath))
  })
})
