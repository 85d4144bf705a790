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

const anyId = oneof(
  string({ unit: 'grapheme', minLength: 1 }),
  constantFrom('.', '..', '../..', '/', '//', '%2e%2e', '%', '?', '#', 'then', 'get', '\\..'),
)

test('an id arrives as it is, as one component, and leads nowhere else', async () => {
  await assert(
    asyncProperty(array(anyId, { minLength: 1, maxLength: 4 }), async (ids) => {
      await pve.any('nodes')(ids).get()
      await pve.request('GET', ['nodes', ...ids])
      await pve.any('nodes').get(ids)
      for (const path of paths.splice(0)) {
        expect(path).toMatch(/^(?:\/(?!\.{1,2}(?:\/|$))[\w.~!*'()%-]+)+$/)
        expect(arriving(path)).toEqual(['nodes', ...ids])
      }
    }),
  )
})
