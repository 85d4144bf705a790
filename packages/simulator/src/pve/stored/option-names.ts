import type { SectionOptions } from '../section-config.js'

/** The options of a type of section: the required ones, the optional ones, and those that never change. */
export function optionsOf(required: string, optional: string, fixed = ''): SectionOptions {
  const constant = new Set(names(fixed))
  const rule = (name: string, isOptional: boolean): SectionOptions => ({
    [name]: {
      ...(isOptional && { optional: true }),
      ...(constant.has(name) && { fixed: true }),
    },
  })
  return Object.assign(
    {},
    ...names(required).map((name) => rule(name, false)),
    ...names(optional).map((name) => rule(name, true)),
  )
}

function names(list: string): string[] {
  return list.split(' ').filter((name) => name !== '')
}
