import { createDefinition, listDefinitions, loadDefinition, validate } from '@proxkit/schema'
import { describe, expect, test } from 'vitest'
import { sampleAnswer } from './sample-answer.js'

const upid = 'UPID:pve1:00000FA0:00000000:656E0000:sample::root@pam:'
const rustUpid = 'UPID:pve1:00000FA0:00000000:00000001:656E0000:sample::root@pam:'
const place = { now: 1_701_707_776, node: 'pve1' }

describe('sampleAnswer', () => {
  test.each(listDefinitions())('fits every result of $product $version', (id) => {
    const definition = loadDefinition(id)
    const booleans = id.product === 'pve' || id.product === 'pmg' ? 'number' : 'json'
    const unfit: string[] = []
    for (const method of definition.methods()) {
      const startTask = (): string => (booleans === 'json' ? rustUpid : upid)
      const call = { definition, params: {}, booleans, startTask, ...place } as const
      const answer = sampleAnswer(method, call)
      if (method.returns.type === 'null') {
        expect(answer).toBe(null)
        continue
      }
      const check = validate(method.returns, answer)
      if (!check.ok) unfit.push(`${method.verb} ${method.path}: ${JSON.stringify(check.errors)}`)
    }
    expect(unfit).toEqual([])
  })

  const definition = createDefinition({ product: 'pve', version: '99.0' }, [
    { verb: 'GET', path: '/a', parameters: {}, returns: index },
    { verb: 'GET', path: '/a/b', parameters: {}, returns: entry },
    { verb: 'GET', path: '/a/c/{id}', parameters: {}, returns: entry },
    { verb: 'POST', path: '/a/c', parameters: {}, returns: { type: 'string', upid: true } },
  ])
  const ask = (call: string, params: Record<string, unknown> = {}): unknown => {
    const [verb = '', path = ''] = call.split(' ')
    const method = [...definition.methods()].find((one) => one.verb === verb && one.path === path)
    if (!method) throw new Error(`no ${call}`)
    const started: (readonly string[])[] = []
    const startTask = (lines: readonly string[]): string => {
      started.push(lines)
      return upid
    }
    const answer = sampleAnswer(method, {
      definition,
      params,
      booleans: 'number',
      startTask,
      ...place,
    })
    return started.length > 0 ? { answer, started } : answer
  }

  test('lists what lies below an index', () => {
    expect(ask('GET /a')).toEqual([{ name: 'b' }, { name: 'c' }])
  })

  test('repeats what was asked for, and keeps to bounds, choices and patterns', () => {
    expect(ask('GET /a/c/{id}', { id: 'mine', size: 'wrong' })).toEqual({
      id: 'mine',
      size: 7,
      kind: 'one',
      flag: 0,
      ctime: place.now,
      hash: 'xyz',
    })
  })

  test('names a task that says that it does nothing', () => {
    expect(ask('POST /a/c')).toEqual({
      answer: upid,
      started: [
        [
          'POST /a/c',
          'This call has no behaviour of its own in the simulator: nothing was changed.',
        ],
      ],
    })
  })
})

const index = {
  type: 'array',
  items: { type: 'object', properties: { name: { type: 'string' } } },
  links: [{ rel: 'child', href: '{name}' }],
} as const

const entry = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    size: { type: 'integer', minimum: 3, maximum: 7 },
    kind: { type: 'string', enum: ['one', 'two'] },
    flag: { type: 'boolean' },
    ctime: { type: 'integer' },
    hash: { type: 'string', pattern: '[a-z]{3}', default: 'xyz' },
    net0: { type: 'string', optional: true, maxIndex: 3 },
  },
} as const
