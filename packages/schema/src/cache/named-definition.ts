import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parseApidoc, readMethods } from '../apidoc/parse-apidoc.js'
import { createDefinition, type Definition } from '../definition.js'
import { parseDefinition } from '../definition-file.js'
import { listDefinitions, loadDefinition } from '../load-definition.js'
import type { Product } from '../model.js'
import { cacheDirectory } from './cache-directory.js'
import { loadPulledDefinition } from './pulled-definitions.js'
import { recogniseProduct } from './recognise-product.js'
import { readVendorTexts, type VendorTexts } from './vendor-texts.js'

/** A definition that was found by its name, or in a file. */
export interface NamedDefinition {
  readonly name: string
  readonly definition: Definition
  /** What the vendor writes about it, where that is known: in what was pulled, and in the vendor's own file. */
  readonly vendorTexts?: () => VendorTexts
}

export interface NamedDefinitionOptions {
  /** Whose version it is where the name is only that; PVE if absent. */
  readonly product?: Product | undefined
  /** The cache to look in; the user's if absent. */
  readonly directory?: string
}

/**
 * Loads a definition by name: `pve-8.4`, `8.4`, or the name of one that was pulled. Undefined where there is none.
 * What comes with this package goes before what was pulled.
 */
export function loadNamedDefinition(
  name: string,
  { product = 'pve', directory = cacheDirectory() }: NamedDefinitionOptions = {},
): NamedDefinition | undefined {
  const names = [name, `${product}-${name}`]
  for (const known of listDefinitions()) {
    const own = `${known.product}-${known.version}`
    if (names.includes(own)) return { name: own, definition: loadDefinition(known) }
  }
  for (const each of names) {
    const pulled = loadPulledDefinition(each, directory)
    if (pulled) return pulled
  }
  return undefined
}

/**
 * Reads a definition from a file: what `formatDefinition` printed, or the vendor's `apidoc.js`, either of them perhaps
 * compressed with gzip. The version of the vendor's file is taken from its name: `pve-9.2.js`. Throws where the file is
 * damaged: `DefinitionFileError` or `ApidocError`.
 */
export function readDefinitionFile(file: string): NamedDefinition {
  const bytes = readFileSync(file)
  const isCompressed = bytes[0] === 0x1f && bytes[1] === 0x8b
  const text = (isCompressed ? gunzipSync(bytes) : bytes).toString('utf8')
  const name = basename(file)
  if (text.startsWith('{')) return { name, definition: readWhole(text) }

  // The paths are read in the same way in all products.
  const product = recogniseProduct(readMethods(text, 'pve'))
  if (!product) throw new Error(`${file} describes an API that is none of PVE, PBS, PMG and PDM`)
  const [version = 'unknown'] = /\d+(?:\.\d+)+/.exec(name) ?? []
  const id = { product, version }
  return {
    name,
    definition: createDefinition(id, parseApidoc(text, id)),
    vendorTexts: () => readVendorTexts(text),
  }
}

/** Whatever is wrong with a file is told before anything is done with it. */
function readWhole(text: string): Definition {
  const definition = parseDefinition(text)
  return createDefinition(definition.id, definition.methods())
}
