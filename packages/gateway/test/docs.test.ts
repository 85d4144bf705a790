import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { simulatedGateway, type SimulatedGateway } from './simulated-gateway.js'

let lab: SimulatedGateway
beforeAll(async () => {
  // The smallest of the definitions: its document is soon written.
  const { loadDefinition } = await import('@proxkit/schema')
  lab = await simulatedGateway({ definition: loadDefinition({ product: 'pmg', version: '9.1' }) })
})
afterAll(() => lab[Symbol.asyncDispose]())

const get = (url: string) => lab.gateway.inject({ url })

test('the documents tell each operation with the statuses and parameters of REST', async () => {
  const answer = await get('/openapi.json')
  expect(answer.headers['content-type']).toMatch('application/json')
  const { paths, servers, components } = answer.json()
  expect(servers).toEqual([{ url: '/' }])
  const ofApi = Object.keys(paths).filter((path) => !path.startsWith('/codegen/'))
  expect(ofApi).toHaveLength(
    new Set(Array.from(lab.simulator.definition.methods(), ({ path }) => path)).size - 1,
  )
  const list = paths['/access/users'].get
  expect(list.parameters.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(['limit', 'start', 'sort', 'fields', 'userid']),
  )
  expect(list.responses['200'].content['application/json'].schema.anyOf[0].type).toBe('array')
  const create = paths['/access/users'].post
  expect(create.responses['201'].headers).toHaveProperty('Location')
  expect(Object.keys(create.requestBody.content)[0]).toBe('application/json')
  expect(components.responses.Refused422.content).toHaveProperty('application/problem+json')
  const yaml = await get('/openapi.yaml')
  expect(yaml.headers['content-type']).toMatch('application/yaml')
  expect(yaml.body).toMatch(/^openapi: 3\.1\.1\n/)
})

test('the versions are told, and one that is not there is refused', async () => {
  expect((await get('/versions')).json()).toEqual([
    { product: 'pmg', version: '9.1', served: true, openapi: '/openapi.json' },
  ])
  expect((await get('/versions/latest')).json()).toMatchObject({ version: '9.1' })
  expect((await get('/openapi.json?version=1.0')).json()).toEqual({
    detail: 'there is no version 1.0 of this API, only 9.1',
  })
})

describe('the pages', () => {
  test.each(['/docs', '/redoc'])('%s loads nothing from elsewhere', async (url) => {
    const page = await get(url)
    expect(page.statusCode).toBe(200)
    expect(page.headers['content-security-policy']).toMatch("default-src 'none'; script-src 'self'")
    const loaded = Array.from(
      page.body.matchAll(/<(?:script|link)[^>]* (?:src|href)="([^"]+)"/g),
      ([, path = '']) => path,
    )
    expect(loaded.length).toBeGreaterThan(2)
    for (const path of loaded) {
      expect(path).toMatch(/^\/(?:docs|redoc|start)\//)
      const { statusCode, headers, body } = await get(path)
      expect(statusCode).toBe(200)
      if (path.endsWith('.js')) expect(headers['content-type']).toMatch('javascript')
      expect(body).not.toMatch('cdn.redoc.ly')
    }
  })
})
