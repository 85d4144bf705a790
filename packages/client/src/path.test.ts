import { array, assert, asyncProperty, constantFrom, oneof, string } from 'fast-check'
import { expect, test } from 'vitest'
import type { ApiRequest } from '@proxkit/schema'
import { createClient } from './index.js'

const paths: string[] = []
const pve = createClient({
  transport: {
    send: async ({ path }: ApiRequest) => {
      paths.push(path)
      return { status: 200, data: null }
    },
    close: async () => {},
  },
})

/** What a server makes of the path: escapes are undone once, after it was parted. */
const arriving = (path: string): string[] => path.split('/').slice(1).map(decodeURIComponent)

const climbs = (id: string): boolean => id.split('/').some((part) => /^\.{1,2}$/.test(part))

const anyId = oneof(
  string({ unit: 'grapheme', minLength: 1 }).filter((id) => !climbs(id)),
  constantFrom('.a', '...', '..a', '/', '//', '%2e%2e', '%', '?', '#', 'then', 'get', '\\..'),
)

test('an id arrives as it is, as one component, and leads nowhere else', async () => {
  await assert(
    asyncProperty(array(anyId, { minLength: 1, maxLength: 4 }), async (ids) => {
      await pve.any('nodes')(ids).get()
      await pve.request('GET', ['nodes', ...ids])
      await pve.any('nodes').get(ids)
      for (const path of paths.splice(0)) {
        expect(path).toMatch(/^(?:\/(?!\.)[\w.~!*'()%-]+)+$/)
        // As whoever normalises the path on its way sees it.
        expect(new URL(path, 'https://pve').pathname).toBe(path)
        expect(arriving(path)).toEqual(['nodes', ...ids])
      }
    }),
  )
})

test.each(['.', '..', '../..', '/..', './a', 'a/../b'])(
  "'%s' would lead elsewhere and is refused",
  async (id) => {
    const refusal = new TypeError(
      `'${id}' cannot be part of a path: '.' and '..' in it would lead elsewhere`,
    )
    expect(() => pve.nodes(id)).toThrow(refusal)
    await expect(pve.request('GET', ['nodes', id])).rejects.toThrow(refusal)
    await expect(pve.get('/nodes/{node}', { node: id })).rejects.toThrow(refusal)
    expect(paths).toEqual([])
  },
)
