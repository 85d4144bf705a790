import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import {
  type Definition,
  type DefinitionId,
  formatDefinition,
  parseApidoc,
  parseDefinition,
} from '@proxkit/schema'
import { emitOperations, emitTypescript } from '@proxkit/schema/emit'
import { levelsOf } from '../../packages/simulator/dist/products/level-of.js'
import { hasWordedConditions } from '../../packages/simulator/dist/pve/worded-conditions.js'
import { emitCoverage, type OtherApi, type Shares } from './emit-coverage.js'

// Writes everything that is generated and committed; with --check it only tells which files would change.
// The definitions come from the captured API descriptions, the types from the definitions.

const root = new URL('../../', import.meta.url)
const captures = '../shared/apidoc/'

interface Source extends DefinitionId {
  readonly capture: string
}

/** Of each product the newest first: an older one takes from it what it has in common. */
const sources: readonly Source[] = [
  { product: 'pve', version: '9.2', capture: 'pve-9.2.js.gz' },
  { product: 'pve', version: '9.1', capture: 'pve-9.1.js.gz' },
  { product: 'pve', version: '8.4', capture: 'pve-8.4.js.gz' },
  { product: 'pve', version: '7.4', capture: 'pve-7.4.js.gz' },
  { product: 'pbs', version: '4.2', capture: 'pbs-4.2.js.gz' },
  { product: 'pbs', version: '3.4', capture: 'pbs-3.4.js.gz' },
  { product: 'pmg', version: '9.1', capture: 'pmg-9.1.generated.js.gz' },
  { product: 'pdm', version: '1.1', capture: 'pdm-1.1.json.gz' },
]

interface Output {
  /** Relative to the root of the repository. */
  readonly path: string
  readonly text: string
}

function* outputs(): Generator<Output> {
  let coverage: Definition | undefined
  let newer: Definition | undefined
  const others: OtherApi[] = []
  for (const source of sources) {
    const name = `${source.product}-${source.version}`
    const path = `packages/schema/api/${name}.jsonl`
    const text = definitionText(source) ?? readFileSync(new URL(path, root), 'utf8')
    yield { path, text }

    const definition = parseDefinition(text)
    yield {
      path: `packages/client/src/api/${name}.ts`,
      text: emitTypescript(definition, {
        callTypes: '../call-types.js',
        tools,
        ...(newer?.id.product === source.product && {
          sharedWith: {
            module: `./${source.product}-${newer.id.version}.js`,
            definition: newer,
          },
        }),
      }),
    }
    newer = definition
    if (name === simulated) {
      const operations = 'packages/simulator/src/engine/operations.ts'
      yield { path: operations, text: emitOperations(definition) }
      coverage = definition
    } else others.push({ definition, levelOf: levelsOf(source.product) })
  }
  if (!coverage) return
  yield {
    path: 'docs/coverage.md',
    text: emitCoverage(coverage, {
      levelOf: levelsOf('pve'),
      hasWordedConditions,
      others,
      shares: readShares(),
    }),
  }
}

/** The recordings themselves are replayed with the long checks, which keep this file true. */
function readShares(): Shares {
  const path = new URL('packages/simulator/test/golden/shares.json', root)
  const shares: Shares = JSON.parse(readFileSync(path, 'utf8'))
  return shares
}

/** Where a product has no such path, it has no such tool. */
const tools = {
  module: '../tools/tool-types.js',
  byPath: {
    '/nodes/{node}': 'ConsoleTools',
    '/nodes/{node}/lxc/{vmid}': 'ConsoleTools',
    '/nodes/{node}/qemu/{vmid}': 'GuestTools',
    '/nodes/{node}/storage/{storage}': 'StorageTools',
  },
}

const simulated = 'pve-9.2'

function definitionText({ product, version, capture }: Source): string | undefined {
  const file = new URL(`${captures}${capture}`, root)
  if (!existsSync(file)) {
    console.log(`skipped: ${captures}${capture} is not present`)
    return undefined
  }
  const apidoc = gunzipSync(readFileSync(file)).toString('utf8')
  return formatDefinition({ product, version }, parseApidoc(apidoc, { product, version }))
}

function isDrifted({ path, text }: Output): boolean {
  const file = new URL(path, root)
  return !existsSync(file) || readFileSync(file, 'utf8') !== text
}

const drifted = [...outputs()].filter(isDrifted)
if (process.argv.includes('--check')) {
  for (const { path } of drifted) console.error(`out of date: ${path}; run npm run generate`)
  if (drifted.length > 0) process.exitCode = 1
} else {
  for (const { path, text } of drifted) {
    const file = new URL(path, root)
    mkdirSync(new URL('.', file), { recursive: true })
    writeFileSync(file, text)
    console.log(`wrote ${path}`)
  }
}
