import { describe, expect, it } from 'vitest'
import { jsonBody, jsonText } from './json-text.js'

describe('JSON of an answer', () => {
  it.each([
    ['null', null],
    ['text', 'a"b'],
    ['an object', { a: 1, b: undefined }],
    ['an empty list', []],
    ['a list', [{ vmid: 100 }, { vmid: 101, tags: undefined }]],
    ['a list of frozen rows', [Object.freeze({ vmid: 100 }), Object.freeze({ vmid: 101 })]],
    ['a list of many kinds', [Object.freeze({ vmid: 100 }), { b: 2 }, undefined, null, 'x', 1]],
  ])('%s is what JSON.stringify makes of it, each time', (_, data) => {
    expect(jsonText(data)).toBe(JSON.stringify(data))
    expect(jsonText(data)).toBe(JSON.stringify(data))
  })

  it.each([
    ['null', null],
    ['a list', [{ vmid: 100 }]],
    ['a frozen list', Object.freeze([{ name: 'zoë' }, Object.freeze({ vmid: 101 })])],
  ])('%s is its data, each time', (_, data) => {
    const whole = JSON.stringify({ data })
    expect(jsonBody(data).toString()).toBe(whole)
    expect(jsonBody(data).toString()).toBe(whole)
  })

  it('follows the changes of what is not frozen', () => {
    const row = { status: 'stopped' }
    const rows = [Object.freeze({ vmid: 100 }), row]
    jsonText(rows)
    row.status = 'running'
    expect(jsonText(rows)).toBe('[{"vmid":100},{"status":"running"}]')
  })
})
