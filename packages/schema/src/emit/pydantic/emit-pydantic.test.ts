import { describe, expect, test } from 'vitest'
import { createDefinition, type Product, type Schema } from '../../index.js'
import { emitPydantic } from './emit-pydantic.js'

function emit(
  parameters: Schema,
  { returns = { type: 'null' }, product = 'pve' }: { returns?: Schema; product?: Product } = {},
): string[] {
  const method = { verb: 'PUT', path: '/a', parameters, returns } as const
  const printed = emitPydantic(createDefinition({ product, version: '9.2' }, [method]))
  return printed.slice(printed.indexOf('class _OpenParameters')).split('\n\n\n').slice(1)
}

const fieldOf = (schema: Schema, name = 'm'): string | undefined =>
  emit({ properties: { [name]: schema } })[0]
    ?.split('\n')[1]
    ?.trim()

const text: Schema = { type: 'string' }

const flagOf = (product: Product): string | undefined =>
  /^Flag = .*$/m.exec(emitPydantic(createDefinition({ product, version: '1.0' }, [])))?.[0]

describe('emitPydantic', () => {
  test.each<[string, Schema, string]>([
    ['a text', text, 'm: str'],
    [
      'a text with limits',
      { ...text, maxLength: 5, pattern: String.raw`a\.b` },
      String.raw`m: Annotated[str, Field(max_length=5, pattern="^a\\.b$")]`,
    ],
    ['a text with a pattern that looks ahead', { ...text, pattern: '(?=a)' }, 'm: str'],
    [
      'an integer',
      { type: 'integer', minimum: 1 },
      'm: Annotated[int, Field(ge=1), BeforeValidator(_integer)]',
    ],
    ['a number', { type: 'number' }, 'm: Annotated[float, BeforeValidator(_number)]'],
    ['a boolean', { type: 'boolean' }, 'm: Flag'],
    ['an enumeration', { ...text, enum: ['a', '"'] }, String.raw`m: Literal["a", "\""]`],
    [
      'an enumeration of numbers',
      { ...text, enum: ['1'] },
      'm: Annotated[Literal["1"], BeforeValidator(_text)]',
    ],
    ['a list', { type: 'array', items: text }, 'm: Annotated[list[str], BeforeValidator(_list)]'],
    [
      'a list in a text',
      { ...text, format: 'pve-node-list' },
      'm: Annotated[str, BeforeValidator(_joined)]',
    ],
    ['anything', {}, 'm: Any'],
    ['what may be absent', { ...text, optional: true }, 'm: str | None = None'],
    [
      'an object with free names',
      { type: 'object', additionalProperties: text },
      'm: dict[str, str]',
    ],
  ])('a parameter: %s', (_, schema, want) => {
    expect(fieldOf(schema)).toBe(want)
  })

  test.each([
    ['a-b', 'a_b: str = Field(alias="a-b")'],
    ['from', 'from_: str = Field(alias="from")'],
    ['schema', 'schema_: str = Field(alias="schema")'],
    ['list', 'list_: str = Field(alias="list")'],
    ['$schema', 'schema_: str = Field(alias="$schema")'],
    ['_id', 'id: str = Field(alias="_id")'],
    ['4th', 'field_4th: str = Field(alias="4th")'],
  ])('the name %s becomes an identifier', (name, want) => {
    expect(fieldOf(text, name)).toBe(want)
  })

  test('names that become the same are told apart', () => {
    expect(
      emit({ properties: { 'a-b': text, a_b: text } })[0]
        ?.split('\n')
        .slice(1),
    ).toEqual(['    a_b: str = Field(alias="a-b")', '    a_b_2: str = Field(alias="a_b")'])
  })

  test('prints parameters, result and the map of operations', () => {
    const parameters: Schema = { properties: {}, additionalProperties: false }
    expect(emit(parameters, { returns: { ...text, optional: true } })).toEqual([
      'class PutAParameters(_ClosedParameters):\n    pass',
      'PutAResult = str | None',
      'OPERATIONS: dict[str, tuple[type[BaseModel], Any]] = {\n' +
        '    "PUT /a": (PutAParameters, PutAResult),\n}\n',
    ])
  })

  test('declares nested objects first, and leaves those of results open', () => {
    const returns: Schema = {
      type: 'array',
      items: { properties: { inner: { properties: { a: text } } } },
    }
    expect(emit({}, { returns }).slice(1, 4)).toEqual([
      'class PutAItemInner(_Open):\n    a: str',
      'class PutAItem(_Open):\n    inner: PutAItemInner',
      'PutAResult = list[PutAItem]',
    ])
  })

  test('declares the members of an indexed family once', () => {
    const net: Schema = { ...text, optional: true, maxIndex: 1 }
    expect(emit({ properties: { net0: net, net1: net } }).slice(0, 2)).toEqual([
      'class Net0To1(_Model):\n    net0: str | None = None\n    net1: str | None = None',
      'class PutAParameters(Net0To1, _OpenParameters):\n    pass',
    ])
  })

  test('tells which parameter needs which', () => {
    const properties: Schema['properties'] = {
      'a-b': { ...text, requires: 'c-d', optional: true },
      'c-d': { ...text, optional: true },
    }
    expect(emit({ properties })[0]).toContain('    _requires = {"a_b": "c_d"}\n')
  })

  test('sends booleans as digits to PVE and PMG alone', () => {
    expect(flagOf('pmg')).toContain('PlainSerializer(int, return_type=int)')
    expect(flagOf('pdm')).toBe('Flag = Annotated[bool, BeforeValidator(_flag)]')
  })
})
