import type { Schema } from '../model.js'

const number: Schema = { type: 'integer', optional: true, minimum: 0 }

export const GUEST_SHAPES: Readonly<Record<string, Schema>> = {
  // pve-common JSONSchema.pm: pve_parse_startup_order
  'pve-startup-order': {
    type: 'object',
    defaultKey: 'order',
    properties: { order: number, up: number, down: number },
  },
}
