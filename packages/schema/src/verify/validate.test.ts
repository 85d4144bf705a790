import { expect, test } from 'vitest'
import { validate } from './validate.js'

test('validate: nothing is wrapped or turned into text', () => {
  expect(validate({ type: 'integer' }, 5)).toEqual({ ok: true, value: 5 })
  expect(validate({ type: 'array' }, 'x')).toMatchObject({
    errors: { _root: "type check ('array') failed" },
  })
})

test('validate: the message can be another one', () => {
  const message = 'Result verification failed\n'
  expect(validate({ type: 'object' }, 'x', { message })).toEqual({
    ok: false,
    message,
    errors: { _root: "type check ('object') failed" },
  })
})

test('validate: aliases are renamed in the value that is returned', () => {
  const value = { old: 1 }
  const schema = { properties: { old: { alias: 'new' }, new: {} } }
  expect(validate(schema, value)).toEqual({ ok: true, value: { new: 1 } })
  expect(value).toEqual({ old: 1 })
})
