import { expect, test } from 'vitest'
import { partsOf } from '../browser/parts.js'

test('parts: by the first component, and by tags where too many have that', () => {
  const many = Array.from({ length: 121 }, (_, index) => [
    `/nodes/${index}`,
    { get: { tags: [index === 7 ? 'nodes/odd' : 'nodes'] }, ...(index === 8 && { put: {} }) },
  ])
  const description = {
    title: 'kept',
    tags: [{ name: 'nodes' }, { name: 'nodes/odd' }],
    paths: { '/version': { get: {} }, ...Object.fromEntries(many) },
  }
  const parts = partsOf(description)
  expect([...parts].map(([name, { count }]) => [name, count])).toEqual([
    ['version', 1],
    ['nodes', 121],
    ['nodes/odd', 1],
  ])
  expect(parts.get('nodes/odd')?.description).toEqual({
    title: 'kept',
    tags: [{ name: 'nodes/odd' }],
    paths: { '/nodes/7': { get: { tags: ['nodes/odd'] } } },
  })
})
