import { describe, expect, test } from 'vitest'
import { createDefinition, type Method, type Schema, type Verb } from '../index.js'
import { emitTypescript } from './emit-typescript.js'

type Given = Partial<Omit<Method, 'verb' | 'path'>>

const none: Schema = { properties: {} }
const text: Schema = { type: 'string' }

/** The printed declarations by name, each without its first and last line's keyword and braces. */
function emit(methods: Readonly<Record<string, Given>>): Map<string, string[]> {
  const list = Object.entries(methods).map(([key, given]): Method => {
    const [verb, path = ''] = key.split(' ')
    return { verb: requireVerb(verb), path, parameters: none, returns: { type: 'null' }, ...given }
  })
  const printed = emitTypescript(createDefinition({ product: 'pve', version: '9.2' }, list))
  const declarations = printed
    .split('\n\n')
    .map((part) => part.replace(/^\/\*\*[^]*?\*\/\n/, ''))
    .filter((part) => part.startsWith('export'))
  return new Map(
    declarations.map((declaration) => {
      const [head = '', ...lines] = declaration.split('\n')
      const name = head.replace(/^export (?:interface|type) /, '').replace(/ \{$/, '')
      return [name, lines.slice(0, -1).map((line) => line.trim())]
    }),
  )
}

const verbs: readonly Verb[] = ['GET', 'POST', 'PUT', 'DELETE']

function requireVerb(text: string | undefined): Verb {
  const verb = verbs.find((candidate) => candidate === text)
  if (!verb) throw new Error(`no verb: ${text}`)
  return verb
}

describe('resources', () => {
  test('a path is called, goes on to its children, and takes a placeholder as an argument', () => {
    const printed = emit({
      'GET /a': { permissions: { user: 'all' } },
      'GET /a/{b}/c': { permissions: { user: 'all' } },
      'GET /a/{b}/d-e': { permissions: { user: 'all' } },
    })
    expect(printed.get('PveApi')).toEqual(['readonly a: A'])
    expect(printed.get('A')).toEqual([
      '/** GET /a */',
      '(params?: NoParams, options?: CallOptions): Promise<null>',
      '/** GET /a */',
      'get(params?: NoParams, options?: CallOptions): Promise<null>',
      '(b: string): AB',
      '(ids: readonly PathId[]): AnyResource',
    ])
    expect(printed.get('AB')).toEqual(['readonly c: ABC', "readonly 'd-e': ABDE"])
  })

  test('an integer in a path may be a number or text', () => {
    const parameters: Schema = { properties: { 'vm-id': { type: 'integer' } } }
    expect(emit({ 'PUT /{vm-id}/x': { parameters } }).get('PveApi')).toEqual([
      '(vmId: number | string): VmId',
      '(ids: readonly PathId[]): AnyResource',
    ])
  })

  test('each verb has the names that the products have for it', () => {
    const lines = emit({ 'POST /a': {}, 'PUT /a': {}, 'DELETE /a': {} }).get('A')
    expect(lines?.filter((line) => line.includes('(')).map((line) => line.split('(')[0])).toEqual([
      'post',
      'create',
      'put',
      'set',
      'delete',
    ])
  })

  test('a component that is called like a verb or a member of functions is reached by a call', () => {
    expect(emit({ 'GET /create': {}, 'GET /name': {} }).get('PveApi')).toEqual([
      "(component: 'create'): Create",
      "(component: 'name'): Name",
    ])
  })

  test('paths that differ only in punctuation have names of their own', () => {
    const printed = emit({ 'GET /a-b': {}, 'GET /a_b': {} })
    expect(printed.get('PveApi')).toEqual(["readonly 'a-b': AB", 'readonly a_b: AB_2'])
  })

  test.each<[Given['permissions'], string]>([
    [undefined, ', for root@pam only'],
    [{ user: 'world' }, ', needs no login'],
    [{ user: 'all' }, ''],
    [{ check: { op: 'perm', path: '/vms', privs: ['A', 'B'] } }, ', needs A and B on /vms'],
    [
      { check: { op: 'perm', path: '/', privs: ['A', 'B', 'A'], any: true } },
      ', needs A or B on /',
    ],
    [{ check: { op: 'role', roles: ['admin', 'audit'] } }, ', needs role admin or audit'],
    [{ check: { op: 'and', args: [] } }, ''],
  ])('the note of a method with permissions %j says so', (permissions, note) => {
    expect(emit({ 'DELETE /a': permissions ? { permissions } : {} }).get('A')?.[0]).toBe(
      `/** DELETE /a${note} */`,
    )
  })
})

describe('parameters', () => {
  test('the parts of a property string have a name, and equal ones the same', () => {
    const net: Schema = {
      type: 'string',
      optional: true,
      propertyString: {
        type: 'object',
        properties: { model: text, tag: { type: 'integer', optional: true } },
      },
    }
    const properties = { net0: { ...net, maxIndex: 1 }, net1: { ...net, maxIndex: 1 }, link: net }
    const printed = emit({ 'POST /a': { parameters: { properties } } })
    expect(printed.get('ANet')).toEqual(['model: string', 'tag?: number | undefined'])
    expect(printed.get('Net0To1Params')).toEqual([
      'net0?: string | ANet | undefined',
      'net1?: string | ANet | undefined',
    ])
    expect(printed.get('APostParams extends Net0To1Params')).toEqual([
      'link?: string | ANet | undefined',
    ])
  })

  test('leave out what stands in the path', () => {
    const parameters: Schema = {
      properties: { id: text, force: { type: 'boolean', optional: true } },
    }
    const printed = emit({ 'DELETE /a/{id}': { parameters } })
    expect(printed.get('AIdDeleteParams')).toEqual(['force?: Flag | undefined'])
    expect(printed.get('AId')?.[1]).toBe(
      'delete(params?: AIdDeleteParams, options?: CallOptions): Promise<null>',
    )
  })

  test('must be given where one of them is required', () => {
    const printed = emit({ 'PUT /a': { parameters: { properties: { size: text } } } })
    expect(printed.get('A')?.[1]).toBe(
      'put(params: APutParams, options?: CallOptions): Promise<null>',
    )
  })

  test('may be left out where each variant may be absent', () => {
    const variants: Schema = { oneOf: [{ type: 'string', optional: true }] }
    const printed = emit({ 'PUT /a': { parameters: { properties: { b: variants } } } })
    expect(printed.get('APutParams')).toEqual(['b?: string | undefined'])
    expect(printed.get('A')?.[1]).toContain('params?:')
  })

  test('are bounded where they are indexed, and the range is shared', () => {
    const parameters: Schema = {
      properties: { 'net[n]': { ...text, optional: true, maxIndex: 1 }, a: text },
    }
    const printed = emit({
      'POST /a': { parameters },
      'POST /b': { parameters: { properties: { ...parameters.properties, c: text } } },
    })
    expect(printed.get('Net0To1Params')).toEqual([
      'net0?: string | undefined',
      'net1?: string | undefined',
    ])
    expect(printed.get('APostParams extends Net0To1Params')).toEqual(['a: string'])
    expect(printed.get('BPostParams extends Net0To1Params')).toEqual(['a: string', 'c: string'])
  })

  test('are declared once where they are equal', () => {
    const parameters: Schema = { properties: { a: text } }
    const printed = emit({ 'PUT /a': { parameters }, 'PUT /b': { parameters } })
    expect(printed.get('APutParams')).toEqual(['a: string'])
    expect(printed.has('BPutParams = APutParams')).toBe(true)
  })

  test('may have any name where the method is open', () => {
    const parameters: Schema = { ...none, additionalProperties: true }
    expect(emit({ 'PUT /a': { parameters } }).get('APutParams')).toEqual([
      '[name: string]: unknown',
    ])
  })
})

describe('words of our own', () => {
  const net: Schema = { ...text, optional: true, maxIndex: 1 }
  const printed = emitTypescript(
    createDefinition({ product: 'pve', version: '9.2' }, [
      {
        verb: 'POST',
        path: '/nodes/{node}/qemu',
        parameters: {
          properties: { node: text, unheardOf: text, 'net[n]': net, onboot: text },
        },
        returns: { type: 'null' },
      },
      {
        verb: 'POST',
        path: '/nodes/{node}/lxc',
        parameters: { properties: { node: text, 'net[n]': net } },
        returns: { type: 'null' },
      },
    ]),
  )

  test('say what a call does, above the call', () => {
    expect(printed).toContain(`  /**
   * Create a virtual machine, or restore one from a backup
   *
   * POST /nodes/{node}/qemu, for root@pam only
   */
  create(params: NodesNodeQemuPostParams, options?: CallOptions): Promise<null>
`)
  })

  test('say what a parameter means, and nothing where it is not known', () => {
    expect(printed).toContain(`
export interface NodesNodeQemuPostParams extends Net0To1Params {
  unheardOf: string
  /** Start the virtual machine when its node boots */
  onboot: string
}
`)
  })

  test('are said once of an indexed parameter, and part ranges that mean different things', () => {
    expect(printed).toContain(`
/** Network device of the virtual machine */
export interface Net0To1Params {
  net0?: string | undefined
  net1?: string | undefined
}
`)
    expect(printed).toContain(`
/** Network interface of the container */
export interface Net0To1Params_2 {
`)
  })
})

const resultOf = (returns: Schema): string | undefined =>
  /Promise<(.*)>$/.exec(emit({ 'DELETE /a': { returns } }).get('A')?.[1] ?? '')?.[1]

describe('results', () => {
  test.each<[string, Schema, string]>([
    ['a task', { ...text, upid: true }, 'Task'],
    ['a task that may not be needed', { ...text, upid: true, optional: true }, 'Task | null'],
    ['an object', { properties: { a: text } }, 'ADeleteResult'],
    ['an object without members', { type: 'object', properties: {} }, 'Record<string, unknown>'],
    ['a list of objects', { type: 'array', items: { properties: { a: text } } }, 'ADeleteItem[]'],
    ['a list of text', { type: 'array', items: text }, 'string[]'],
    ['nothing', { type: 'null', optional: true }, 'null'],
  ])('%s', (_, returns, want) => {
    expect(resultOf(returns)).toBe(want)
  })
})

test('path maps: give parameters, those of the path included, and result', () => {
  const parameters: Schema = { properties: { id: { type: 'integer' }, force: text } }
  const printed = emit({
    'GET /a': {},
    'GET /a/{id}': { parameters: { properties: { id: text } } },
    'DELETE /a/{id}': { parameters },
  })
  expect(printed.get('PveGetWithoutParams')).toEqual(["'/a': { params: NoParams; result: null }"])
  expect(printed.get('PveGet extends PveGetWithoutParams')).toEqual([
    "'/a/{id}': { params: { id: string }; result: null }",
  ])
  expect(printed.get('PveDelete extends PveDeleteWithoutParams')).toEqual([
    "'/a/{id}': { params: { id: number | string } & AIdDeleteParams; result: null }",
  ])
  expect(printed.get('PvePost extends PvePostWithoutParams')).toEqual([])
})
