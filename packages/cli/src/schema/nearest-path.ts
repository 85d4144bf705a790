import type { Definition } from '@proxkit/schema'
import { distance } from 'fastest-levenshtein'
import { pathsBelow } from './paths-below.js'

export interface NearestPath {
  /** As much of the path as there is. */
  readonly known: string
  /** The path with what is wrong put right, where that is likely what was meant. */
  readonly similar?: string
}

/** Looks where a path that does not exist leaves those that do. */
export function nearestPath(definition: Definition, path: string): NearestPath {
  let template = '/'
  const taken: string[] = []
  const components = path.split('/').filter((component) => component !== '')
  for (const [index, component] of components.entries()) {
    const below = pathsBelow(definition, template)
    const next = below.find((candidate) => isTakenBy(component, candidate))
    if (next === undefined) {
      const known = `/${taken.join('/')}`
      const corrected = mostSimilar(component, below.map(lastOf))
      if (corrected === undefined) return { known }
      const rest = components.slice(index + 1)
      const whole = `/${[...taken, corrected, ...rest].join('/')}`
      return {
        known,
        similar: definition.knows(whole) ? whole : `/${[...taken, corrected].join('/')}`,
      }
    }
    template = next
    taken.push(component)
  }
  return { known: `/${taken.join('/')}` }
}

const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

const isPlaceholder = (component: string): boolean => component.startsWith('{')

const isTakenBy = (component: string, candidate: string): boolean =>
  isPlaceholder(lastOf(candidate)) || lastOf(candidate) === component

/** The one that takes the fewest keystrokes, if these are fewer than half of the word. */
function mostSimilar(word: string, candidates: readonly string[]): string | undefined {
  const best = candidates
    .map((candidate) => ({
      candidate,
      strokes: distance(word.toLowerCase(), candidate.toLowerCase()),
    }))
    .toSorted((a, b) => a.strokes - b.strokes)[0]
  return best && best.strokes <= word.length / 2 ? best.candidate : undefined
}
