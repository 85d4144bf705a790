import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { parseDefinition } from './definition-file.js'
import type { Definition } from './definition.js'
import type { DefinitionId } from './model.js'
import { packageFile } from './package-file.js'
import { products } from './products.js'

/**
 * Loads one of the definitions that come with this package, once for all who ask for it. Each method is read when it is
 * first asked for. Throws where there is no such definition; `listDefinitions` tells which there are.
 */
export function loadDefinition({ product, version }: DefinitionId): Definition {
  const name = `${product}-${version}`
  let definition = loaded.get(name)
  if (!definition) loaded.set(name, (definition = read({ product, version })))
  return definition
}

const loaded = new Map<string, Definition>()

function read({ product, version }: DefinitionId): Definition {
  const file = new URL(`${product}-${version}.jsonl`, folder)
  if (!existsSync(file)) {
    const names = listDefinitions().map((known) => `${known.product} ${known.version}`)
    throw new Error(
      `there is no API definition of ${product} ${version}, only of ${names.join(', ')}`,
    )
  }
  return parseDefinition(readFileSync(file, 'utf8'))
}

/** The definitions that come with this package, by product and then the newest version first. */
export function listDefinitions(): DefinitionId[] {
  return readdirSync(folder).flatMap(parseFileName).toSorted(byProductAndAge)
}

const folder = packageFile('api/')

function parseFileName(name: string): DefinitionId[] {
  const [, product, version] = /^([a-z]+)-(\d+\.\d+)\.jsonl$/.exec(name) ?? []
  const known = products.find((candidate) => candidate === product)
  return known && version ? [{ product: known, version }] : []
}

function byProductAndAge(a: DefinitionId, b: DefinitionId): number {
  if (a.product !== b.product) return products.indexOf(a.product) - products.indexOf(b.product)
  const [majorA = 0, minorA = 0] = a.version.split('.').map(Number)
  const [majorB = 0, minorB = 0] = b.version.split('.').map(Number)
  return majorB - majorA || minorB - minorA
}
