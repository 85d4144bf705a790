import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadDefinition, validate, type Verb } from '@proxkit/schema'
import { expect, test } from 'vitest'
import { type Answer, record } from './answers.js'

const GOLDEN = fileURLToPath(new URL('../../../../../shared/golden/', import.meta.url))
const isAbsent = !existsSync(GOLDEN)
if (isAbsent) console.log('skipped: the recorded answers of the original are not here')

const definition = loadDefinition({ product: 'pve', version: '9.2' })

/** Where the original answers otherwise than its own description says. */
const VENDOR_DIFFERS = [
  'GET /cluster/firewall/aliases [].cidr: property is missing and it is not optional',
  'GET /cluster/firewall/aliases [].name: property is missing and it is not optional',
  'GET /cluster/mapping/dir [].description: property is missing and it is not optional',
  'GET /cluster/mapping/pci [].description: property is missing and it is not optional',
  'GET /cluster/mapping/usb [].description: property is missing and it is not optional',
  'GET /cluster/mapping/usb [].error: property is missing and it is not optional',
  'GET /nodes/{node}/network [].netmask: invalid format - value does not look like a valid IP netmask',
  'GET /nodes/{node}/qemu/{vmid}/firewall/aliases [].cidr: property is missing and it is not optional',
  'GET /nodes/{node}/qemu/{vmid}/firewall/aliases [].name: property is missing and it is not optional',
  'GET /nodes/{node}/sdn/zones/{zone}/bridges [].vlan_filtering: property is missing and it is not optional',
  'GET /pools/{poolid} poolid: property is not defined in schema and the schema does not allow additional properties',
]

test.skipIf(isAbsent)('results: what the original answered is what the definition declares', () => {
  const differences = new Set<string>()
  let compared = 0
  for (const { request, response } of exchanges()) {
    const { method, path } = record(request)
    const found = definition.find(verbOf(method), decodeURIComponent(pathOf(path)))
    const { data } = record(record(response).json)
    if (!found || data === null || data === undefined) continue
    compared += 1
    const validation = validate(found.method.returns, data)
    if (validation.ok) continue
    for (const [place, message] of Object.entries(validation.errors)) {
      const where = place.replaceAll(/\[\d+\]/g, '[]')
      differences.add(`${found.method.verb} ${found.method.path} ${where}: ${message.trimEnd()}`)
    }
  }
  expect(compared).toBeGreaterThan(1000)
  expect([...differences].toSorted((a, b) => (a < b ? -1 : 1))).toEqual(VENDOR_DIFFERS)
})

/** The exchanges of all files that ended well. */
function* exchanges(): Generator<Answer> {
  for (const folder of ['config/', 'guests/']) {
    for (const file of readdirSync(GOLDEN + folder).filter((name) => name.endsWith('.json'))) {
      for (const exchange of within(JSON.parse(readFileSync(GOLDEN + folder + file, 'utf8')))) {
        if (String(record(exchange.response).status_line).includes(' 200 ')) yield exchange
      }
    }
  }
}

function* within(value: unknown): Generator<Answer> {
  if (typeof value !== 'object' || value === null) return
  const exchange = record(value)
  if (exchange.request && exchange.response) yield exchange
  else for (const inner of Object.values(value)) yield* within(inner)
}

const pathOf = (path: unknown): string =>
  String(path)
    .split('?')[0]
    ?.replace(/^\/api2\/json/, '') ?? ''

const verbOf = (method: unknown): Verb =>
  method === 'POST' || method === 'PUT' || method === 'DELETE' ? method : 'GET'
