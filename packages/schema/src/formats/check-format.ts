import { splitList } from '../perl/split-list.js'
import type { FormatContext } from '../property-string/format-context.js'
import { failureText, readPropertyString } from '../property-string/read-property-string.js'
import { Inspection, type PropertyStringCheck } from '../verify/inspection.js'
import { type Rule, ruleOf } from '../verify/rule.js'
import { scalarFormat } from './scalar-format.js'

/**
 * Checks a value against a registered format, which may have the suffix `-list` or `-opt`.
 *
 * Undefined where it is valid, else the original's message with its trailing newline; a name that
 * is not registered has a message as well. For a property string the lines of the message after the
 * first are one per key.
 */
export function checkFormat(
  format: string,
  value: string,
  context: FormatContext = {},
): string | undefined {
  const check = scalarFormat(format)
  return check === undefined
    ? propertyStringCheck(context)(ruleOf({ format }), value, '')
    : check(value)
}

/** The check of property strings within a larger check. */
export function propertyStringCheck(context: FormatContext): PropertyStringCheck {
  if (context.customCpuModels === undefined) return CHECK_WITHOUT_CONTEXT
  return createCheck(context)
}

function createCheck(context: FormatContext): PropertyStringCheck {
  const check: PropertyStringCheck = ({ shape, schema }, text, path) => {
    if (shape === undefined) return undefined
    if (shape.schema.type === 'array') return checkListText(shape, text, new Inspection(check))
    const name = schema.propertyString === undefined ? schema.format : undefined
    const { failure } = readPropertyString(text, { rule: shape, name, path, context, check })
    return failure && failureText(failure)
  }
  return check
}

/** The Rust products also take a list as text, split like a `-list` format. */
function checkListText(
  { schema, items }: Rule,
  text: string,
  inspection: Inspection,
): string | undefined {
  // proxmox-rs proxmox-schema/src/schema.rs: ArraySchema
  const values = splitList(text)
  const { minLength = 0, maxLength = Infinity } = schema
  if (values.length < minLength) return `array must contain at least ${minLength} elements\n`
  if (values.length > maxLength) return `array may only contain ${maxLength} elements\n`
  if (items !== undefined) {
    for (const [index, value] of values.entries()) {
      inspection.property(items, { value, path: `[${index}]` })
    }
  }
  const { errors } = inspection
  return errors && failureText({ message: 'format error\n', errors })
}

const CHECK_WITHOUT_CONTEXT = createCheck({})
