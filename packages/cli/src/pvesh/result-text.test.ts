import type { Schema } from '@proxkit/schema'
import { describe, expect, it } from 'vitest'
import { resultText, type ResultOptions } from './result-text.js'

const options: ResultOptions = {
  format: 'text',
  hasBorder: true,
  hasHeader: true,
  isForPeople: true,
  isUtf8: false,
  width: undefined,
}
const nodes: Schema = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      mem: { type: 'integer', renderer: 'bytes', optional: true },
      node: { type: 'string' },
      uptime: { type: 'integer', renderer: 'duration', optional: true },
    },
  },
}
const data = [
  { node: 'pve2', mem: 2048, uptime: 90_061 },
  { node: 'pve1', mem: 12 },
]

describe('the text of a result', () => {
  it('is a table of a list, by its first column', () => {
    expect(resultText(data, nodes, options)).toBe(`\
+------+----------+-------------+
| node |      mem |      uptime |
+======+==========+=============+
| pve1 |  12.00 B |             |
+------+----------+-------------+
| pve2 | 2.00 KiB | 1d 1h 1m 1s |
+------+----------+-------------+
`)
  })

  it('is bare where that is asked for', () => {
    const bare = { ...options, hasBorder: false, hasHeader: false, isForPeople: false }
    expect(resultText(data, nodes, bare)).toBe('pve1   12 \npve2 2048 90061\n')
  })

  it('is a table of names and values of an object, and cut at the width of the terminal', () => {
    const schema: Schema = { type: 'object' }
    expect(resultText({ b: [1], a: 'x\ny', c: null }, schema, { ...options, width: 9 })).toBe(`\
+-----+--
| key | v
+=====+==
| a   | x
|     | y
+-----+--
| b   | [
+-----+--
`)
  })

  it('has boxes in a terminal that knows them', () => {
    const schema: Schema = { type: 'array', items: { type: 'string' } }
    expect(resultText(['b', 'a'], schema, { ...options, isUtf8: true })).toBe(`\
┌───────┐
│ a     │
├───────┤
│ b     │
└───────┘
`)
  })

  it.each([
    ['json', '{"a":[{"b":1,"c":null}],"é":"x"}\n'],
    [
      'json-pretty',
      '{\n   "a" : [\n      {\n         "b" : 1,\n         "c" : null\n      }\n   ],\n   "é" : "x"\n}\n',
    ],
    ['yaml', '---\na:\n  - b: 1\n    c: ~\né: x\n'],
  ])('is %s with its keys in order', (format, text) => {
    const value = { é: 'x', a: [{ c: null, b: 1 }] }
    expect(resultText(value, { type: 'object' }, { ...options, format })).toBe(text)
  })

  it('is nothing where nothing is returned', () => {
    expect(resultText(null, { type: 'null' }, options)).toBe('')
    expect(resultText([], nodes, options)).toBe('')
  })
})
