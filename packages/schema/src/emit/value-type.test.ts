import { describe, expect, test } from 'vitest'
import type { Schema } from '../model.js'
import { type TypeWriting, valueType } from './value-type.js'

const text: Schema = { type: 'string' }
const optional: Schema = { type: 'integer', optional: true }

describe('valueType', () => {
  test.each<[string, Schema, string]>([
    ['text', text, 'string'],
    ['an integer', { type: 'integer' }, 'number'],
    ['a number', { type: 'number' }, 'number'],
    ['a boolean', { type: 'boolean' }, 'Flag'],
    ['nothing', { type: 'null' }, 'null'],
    ['anything', { type: 'any' }, 'unknown'],
    ['what is not told', {}, 'unknown'],
    ['a task', { type: 'string', upid: true }, 'Upid'],
    ['an enumeration', { type: 'string', enum: ['a', "it's"] }, String.raw`'a' | 'it\'s'`],
    ['an enumeration of numbers', { type: 'integer', enum: ['1', '2'] }, '1 | 2'],
    ['variants', { oneOf: [text, { type: 'integer' }, text] }, 'string | number'],
  ])('%s is the same in both directions', (_, schema, want) => {
    expect(valueType(schema, { direction: 'parameter' })).toBe(want)
    expect(valueType(schema, { direction: 'result' })).toBe(want)
  })

  test.each<[string, Schema, string, string]>([
    [
      'a list in text',
      { type: 'string', format: 'pve-vmid-list' },
      'string | readonly string[]',
      'string',
    ],
    ['a list', { type: 'array', items: text }, 'readonly string[]', 'string[]'],
    ['a list without a schema', { items: {} }, 'readonly unknown[]', 'unknown[]'],
    [
      'a list of an enumeration',
      { type: 'array', items: { type: 'string', enum: ['a', 'b'] } },
      "readonly ('a' | 'b')[]",
      "('a' | 'b')[]",
    ],
    [
      'a list of lists',
      { type: 'array', items: { type: 'array', items: text } },
      'readonly (readonly string[])[]',
      'string[][]',
    ],
    [
      'an object',
      { properties: { a: text, 'b-c': optional } },
      "{ a: string; 'b-c'?: number | undefined }",
      "{ a: string; 'b-c'?: number }",
    ],
    [
      'an object without members',
      { type: 'object' },
      'Readonly<Record<string, unknown>>',
      'Record<string, unknown>',
    ],
    [
      'an object with free names',
      { type: 'object', additionalProperties: text },
      'Readonly<Record<string, string>>',
      'Record<string, string>',
    ],
    [
      'an object with free names beside declared ones',
      { type: 'object', properties: { a: text }, additionalProperties: true },
      '{ a: string; [name: string]: unknown }',
      '{ a: string; [name: string]: unknown }',
    ],
  ])('%s is open to what a caller has, and exact in an answer', (_, schema, parameter, result) => {
    expect(valueType(schema, { direction: 'parameter' })).toBe(parameter)
    expect(valueType(schema, { direction: 'result' })).toBe(result)
  })
})

const shape = (defaultKey: string, key: Schema): Schema => ({
  type: 'object',
  defaultKey,
  properties: { [defaultKey]: key },
})

describe('valueType of a property string', () => {
  const optionalText: Schema = { type: 'string', optional: true }
  const writing: TypeWriting = {
    direction: 'parameter',
    objectForm: ({ properties = {} }) => `{${Object.keys(properties).join()}}`,
  }

  test.each<[string, Schema, string]>([
    ['of an inline shape', { ...text, propertyString: shape('a', text) }, 'string | {a}'],
    ['of a named format', { ...text, format: 'pve-qm-watchdog' }, 'string | {action,model}'],
    [
      'whose default key is a number',
      { ...text, propertyString: shape('size', optional) },
      'string | number | {size}',
    ],
    [
      'whose default key is a boolean',
      { ...text, propertyString: shape('on', { type: 'boolean' }) },
      'string | Flag | {on}',
    ],
    [
      'among the items of a list',
      { type: 'array', items: { ...text, propertyString: shape('a', optionalText) } },
      'readonly (string | {a})[]',
    ],
    [
      'that is a list as text',
      { ...text, propertyString: { type: 'array', items: text } },
      'string',
    ],
  ])('%s', (_, schema, want) => {
    expect(valueType(schema, writing)).toBe(want)
  })

  test('is text where objects are not taken, and in an answer', () => {
    const schema: Schema = { ...text, propertyString: shape('a', text) }
    expect(valueType(schema, { direction: 'parameter' })).toBe('string')
    expect(valueType(schema, { ...writing, direction: 'result' })).toBe('string')
  })
})
