import { isTrue } from '../perl/scalar.js'
import { splitList } from '../perl/split-list.js'
import { isCheckedByShape } from '../property-string/shapes.js'
import type { FormatCheck } from './format-check.js'
import { SCALAR_FORMATS } from './registry.js'

/**
 * The check for the name of a format, with its suffix `-list` or `-opt`; undefined for a property
 * string. A name that is not registered has a check too, which always fails.
 */
export function scalarFormat(format: string): FormatCheck | undefined {
  let check = CHECKS.get(format)
  if (check === undefined && !isCheckedByShape(format)) {
    check = createCheck(format)
    CHECKS.set(format, check)
  }
  return check
}

const CHECKS = new Map<string, FormatCheck>()

// pve-common JSONSchema.pm: check_format
function createCheck(format: string): FormatCheck {
  if (format === 'regex') return () => undefined
  const [, name = format, suffix] = /^(.*?)(?:-(list|opt))?$/.exec(format) ?? []
  const check = SCALAR_FORMATS.get(name)
  if (check === undefined) {
    const message = isCheckedByShape(name)
      ? `'-${suffix}' format must have code ref, not hash\n`
      : `undefined format '${format}'\n`
    return () => message
  }
  if (suffix === 'list') return (value) => checkAll(splitList(value), check)
  return suffix === 'opt' ? (value) => (isTrue(value) ? check(value) : undefined) : check
}

function checkAll(values: readonly string[], check: FormatCheck): string | undefined {
  for (const value of values) {
    const message = check(value)
    if (message !== undefined) return message
  }
  return undefined
}
