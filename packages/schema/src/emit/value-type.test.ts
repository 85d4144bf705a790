import { describe, expect, test } from 'vitest'
import type { Schema } from '../model.js'
import { valueType } from './value-type.js'

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
    [
      'lines that are encoded together',
      { type: 'string', format: 'urlencoded' },
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
      'a property string',
      { type: 'string', propertyString: { type: 'object', properties: { a: text, b: optional } } },
      'string | { a: string; b?: number | undefined }',
      'string',
    ],
    [
      'a property string that is known by its format',
      { type: 'string', format: 'pve-qm-watchdog' },
      "string | { action?: 'reset' | 'shutdown' | 'poweroff' | 'pause' | 'debug' | 'none' | undefined; model?: 'i6300esb' | 'ib700' | undefined }",
      'string',
    ],
    [
      'a property string whose default key is a number, which may stand alone',
      { type: 'string', propertyString: { defaultKey: 'b', properties: { b: optional } } },
      'string | number | { b?: number | undefined }',
      'string',
    ],
    [
      'a property string with short spellings, which an object does without',
      {
        type: 'string',
        propertyString: {
          properties: { model: text, virtio: { ...text, alias: 'macaddr', keyAlias: 'model' } },
        },
      },
      'string | { model: string }',
      'string',
    ],
    [
      'lists in a property string, which semicolons part',
      {
        type: 'string',
        propertyString: {
          properties: {
            order: { type: 'string', format: 'pve-qm-bootdev-list' },
            trunks: { type: 'string', pattern: String.raw`(?:\d+(?:;\d+)*)` },
            romfile: { type: 'string', pattern: '[^,;]+' },
          },
        },
      },
      'string | { order: string | readonly (string | number)[]; trunks: string | readonly (string | number)[]; romfile: string }',
      'string',
    ],
    [
      'a text that is a list of its own',
      { type: 'string', propertyString: { type: 'array', items: text } },
      'string | readonly string[]',
      'string',
    ],
    [
      'a point in time, which its name tells',
      { properties: { expire: { type: 'integer' }, since: text, start: { type: 'integer' } } },
      '{ expire: number | Date; since: string; start: number }',
      '{ expire: number; since: string; start: number }',
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
