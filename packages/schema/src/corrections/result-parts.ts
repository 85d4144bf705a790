import type { Schema } from '../model.js'

export const text: Schema = { type: 'string' }
export const integer: Schema = { type: 'integer' }
export const flag: Schema = { type: 'boolean' }
export const optional = (schema: Schema): Schema => ({ ...schema, optional: true })
export const object = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  properties,
})
export const list = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'array',
  items: object(properties),
})
/** An object that may have further members. */
export const open = (properties: Readonly<Record<string, Schema>>): Schema => ({
  ...object(properties),
  additionalProperties: true,
})
