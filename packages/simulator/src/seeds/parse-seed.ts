import { checkSeed } from './check-seed.js'
import { readData } from './read-data.js'
import type { Seed } from './seed.js'

/** Reads a seed from JSON or YAML text. Throws a `SeedError` that names the file and the place of the mistake. */
export function parseSeed(text: string, { file }: { readonly file: string }): Seed {
  return readData(text, { file, check: checkSeed })
}
