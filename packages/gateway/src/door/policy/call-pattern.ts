import type { Verb } from '@proxkit/schema'

/** Calls as a policy names them: `GET,PUT /nodes/*\/qemu/**`. */
export interface CallPattern {
  readonly text: string
  /** Whether it names the last part of a path by itself, and not by `*`. */
  readonly isLiteral: boolean
  matches(verb: Verb, path: string): boolean
}

export function callPattern(text: string): CallPattern {
  const [path = '', verbs] = text.split(' ', 2).toReversed()
  const parts = partsOf(path)
  const isOpen = parts.at(-1) === '**'
  const fixed = isOpen ? parts.slice(0, -1) : parts
  return {
    text,
    isLiteral: !(parts.at(-1) ?? '*').startsWith('*'),
    matches(verb, path) {
      if (verbs !== undefined && !verbs.split(',').includes(verb)) return false
      const given = partsOf(path)
      return (
        (isOpen ? given.length >= fixed.length : given.length === fixed.length) &&
        fixed.every((part, index) => part === '*' || part === given[index])
      )
    },
  }
}

const partsOf = (path: string): readonly string[] => path.split('/').filter((part) => part !== '')
