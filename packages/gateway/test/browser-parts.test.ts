import { expect, test } from 'vitest'
import { describePart, partsOf } from '../browser/parts.js'

test('parts: by the first component, and by tags where too many have that', () => {
  const many = Array.from({ length: 121 }, (_, index) => [
    `/nodes/${index}`,
    { get: { tags: [index === 7 ? 'nodes/odd' : 'nodes'] }, ...(index === 8 && { put: {} }) },
  ])
  const description = {
    paths: { '/version': { get: {} }, ...Object.fromEntries(many) },
  }
  const parts = partsOf(description)
  expect(Array.from(parts, ([name, { count }]) => [name, count])).toEqual([
    ['version', 1],
    ['nodes', 121],
    ['nodes/odd', 1],
  ])
})

test('parts: one is described with what it refers to, and nothing else', () => {
  const description = {
    title: 'kept',
    tags: [{ name: 'a' }, { name: 'b' }],
    paths: {
      '/a': { get: { tags: ['a'], schema: refersTo('One') } },
      '/b': { get: { tags: ['b'] } },
    },
    components: {
      securitySchemes: { token: {} },
      schemas: { One: { items: refersTo('Two') }, Two: { items: refersTo('One') }, Three: {} },
    },
  }
  const part = partsOf(description).get('a')
  expect(part && describePart(description, part)).toEqual({
    title: 'kept',
    tags: [{ name: 'a' }],
    paths: { '/a': description.paths['/a'] },
    components: {
      securitySchemes: { token: {} },
      schemas: { One: { items: refersTo('Two') }, Two: { items: refersTo('One') } },
    },
  })
})

function refersTo(name: string) {
  return { $ref: `#/components/schemas/${name}` }
}
