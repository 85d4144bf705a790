import type { Schema } from '../model.js'
import { ACCESS_SHAPES } from './access-shapes.js'
import { BACKUP_SHAPES } from './backup-shapes.js'
import { GUEST_SHAPES } from './guest-shapes.js'
import { LXC_SHAPES } from './lxc-shapes.js'
import { QEMU_DRIVE_SHAPE } from './qemu-drive-shape.js'
import { QEMU_SHAPES } from './qemu-shapes.js'
import { SDN_SHAPES } from './sdn-shapes.js'

const SHAPES: ReadonlyMap<string, Schema> = new Map(
  [ACCESS_SHAPES, BACKUP_SHAPES, LXC_SHAPES, QEMU_DRIVE_SHAPE, QEMU_SHAPES, SDN_SHAPES].flatMap(
    (family) => Object.entries(family),
  ),
)

/** Formats that the original checks by code of their own, though their values are property strings. */
const CODED_SHAPES: ReadonlyMap<string, Schema> = new Map(Object.entries(GUEST_SHAPES))

/** The shape of a registered format whose values are property strings. */
export function namedShape(format: string): Schema | undefined {
  return SHAPES.get(format) ?? CODED_SHAPES.get(format)
}

/** Whether a registered format is checked by its shape. */
export function isCheckedByShape(format: string): boolean {
  return SHAPES.has(format)
}

/** The shape of a text that is a property string, declared with the parameter or known by the name of its format. */
export function propertyStringShape({ propertyString, format = '' }: Schema): Schema | undefined {
  return propertyString ?? namedShape(format)
}
