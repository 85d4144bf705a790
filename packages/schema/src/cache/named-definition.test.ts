import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { smallApidoc, startApidocServer } from '../../test/apidoc-server.js'
import { formatDefinition, loadDefinition } from '../index.js'
import { loadNamedDefinition, pullDefinition, readDefinitionFile } from './index.js'

let directory: string
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'proxkit-cache-'))
  await using server = await startApidocServer({ '/pve-docs/api-viewer/apidoc.js': smallApidoc })
  const tls = { verify: false }
  await pullDefinition(server.url, { version: '9.2.4', tls, directory })
  await pullDefinition(server.url, { version: '9.2.4', name: 'office', tls, directory })
})
afterAll(() => rmSync(directory, { recursive: true }))

test.each([
  ['8.4', undefined, 'pve-8.4'],
  ['pve-8.4', undefined, 'pve-8.4'],
  ['3.4', 'pbs', 'pbs-3.4'],
  ['pbs-3.4', 'pve', 'pbs-3.4'],
  ['9.2.4', 'pve', 'pve-9.2.4'],
  ['pve-9.2.4', undefined, 'pve-9.2.4'],
  ['office', 'pve', 'office'],
  ['3.4', 'pve', undefined],
  ['9.2.5', 'pve', undefined],
] as const)('%j of %s is %s', (name, product, found) => {
  expect(loadNamedDefinition(name, { product, directory })?.name).toBe(found)
})

test('only what was pulled has texts of the vendor', () => {
  expect(loadNamedDefinition('9.2', { directory })?.vendorTexts).toBeUndefined()
  expect(loadNamedDefinition('office', { directory })?.vendorTexts?.()).toHaveProperty('GET /nodes')
})

test('a file has a definition as it is printed, or as the vendor has it, compressed or not', () => {
  const builtIn = loadDefinition({ product: 'pbs', version: '4.2' })
  const own = join(directory, 'own.jsonl')
  writeFileSync(own, formatDefinition(builtIn.id, builtIn.methods()))
  expect(readDefinitionFile(own).definition.id).toEqual({ product: 'pbs', version: '4.2' })

  const vendors = join(directory, 'pve-9.3.js.gz')
  writeFileSync(vendors, gzipSync(smallApidoc))
  const { name, definition, vendorTexts } = readDefinitionFile(vendors)
  expect(name).toBe('pve-9.3.js.gz')
  expect(definition.id).toEqual({ product: 'pve', version: '9.3' })
  expect(vendorTexts?.()).toHaveProperty('GET /nodes')

  const nobodys = join(directory, 'x.js')
  writeFileSync(nobodys, '[{ "path": "/x" }]')
  expect(() => readDefinitionFile(nobodys)).toThrow(
    `${nobodys} describes an API that is none of PVE, PBS, PMG and PDM`,
  )
})
