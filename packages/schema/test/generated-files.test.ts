import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { formatDefinition, listDefinitions, loadDefinition, parseApidoc } from '@proxkit/schema'
import { emitOperations, emitTypescript } from '@proxkit/schema/emit'

const root = new URL('../../../', import.meta.url)
const committed = (path: string): string => readFileSync(new URL(path, root), 'utf8')

const captures: Readonly<Record<string, string>> = {
  'pve-9.2': 'pve-9.2.js.gz',
  'pve-9.1': 'pve-9.1.js.gz',
  'pve-8.4': 'pve-8.4.js.gz',
  'pve-7.4': 'pve-7.4.js.gz',
  'pbs-4.2': 'pbs-4.2.js.gz',
  'pbs-3.4': 'pbs-3.4.js.gz',
  'pmg-9.1': 'pmg-9.1.generated.js.gz',
  'pdm-1.1': 'pdm-1.1.json.gz',
}

describe.each(listDefinitions())('$product $version', (id) => {
  const name = `${id.product}-${id.version}`
  const capture = new URL(`../shared/apidoc/${captures[name]}`, root)
  if (!existsSync(capture)) console.warn(`skipped: the API description of ${name} is not present`)

  test.skipIf(!existsSync(capture))('the definition is what its source says', () => {
    const apidoc = gunzipSync(readFileSync(capture)).toString('utf8')
    const text = formatDefinition(id, parseApidoc(apidoc, id))
    expect(text === committed(`packages/schema/api/${name}.jsonl`)).toBe(true)
  })

  const types = `packages/client/src/api/${name}.ts`
  test.runIf(existsSync(new URL(types, root)))(
    'the interface tree is what the definition says',
    () => {
      const text = emitTypescript(loadDefinition(id), { callTypes: '../call-types.js' })
      expect(text === committed(types)).toBe(true)
    },
  )
})

test('the operations of the simulator are what PVE 9.2 says', () => {
  const text = emitOperations(loadDefinition({ product: 'pve', version: '9.2' }))
  expect(text === committed('packages/simulator/src/engine/operations.ts')).toBe(true)
})
