import { readdirSync, readFileSync } from 'node:fs'
import { createClient } from '@proxkit/client'
import { type DefinitionId, loadDefinition } from '@proxkit/schema'
import { createSimulator, instantClock, parseSeed } from '@proxkit/simulator'
import { describe, expect, it } from 'vitest'
import { printedByExamples } from './printed-by-examples.js'

describe('examples/cluster.yaml', () => {
  it('is a cluster in which each part of a seed shows', async () => {
    const file = 'examples/cluster.yaml'
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
    await using simulator = createSimulator({ seed: parseSeed(text, { file }) })
    const pve = createClient({ transport: simulator.transport() })
    const alice = createClient({ transport: simulator.transport({ user: 'alice@pve' }) })

    const nodes = await pve.nodes.get()
    expect(Object.fromEntries(nodes.map(({ node, status }) => [node, status]))).toEqual({
      alpha: 'online',
      beta: 'online',
      gamma: 'offline',
    })
    expect(await pve.nodes('alpha').storage('local').content.get({ content: 'iso' })).toHaveLength(
      1,
    )
    expect(await pve.nodes('alpha').qemu(100).status.current.get()).toMatchObject({
      name: 'web',
      status: 'running',
      tags: 'prod;web',
    })
    expect(await pve.nodes('beta').lxc(200).status.current.get()).toMatchObject({
      name: 'cache',
      status: 'stopped',
    })
    expect(await pve.cluster.options.get()).toMatchObject({ keyboard: 'de' })
    await expect(alice.nodes('alpha').qemu(100).delete()).rejects.toMatchObject({ status: 403 })
    expect(await alice.nodes('alpha').qemu(100).status.shutdown.post()).toMatchObject({
      node: 'alpha',
    })
  })
})

/** What an example is for where it is not Proxmox VE. */
const products: Readonly<Record<string, DefinitionId>> = {
  'products/backup-server': { product: 'pbs', version: '4.2' },
  'products/datacenter-manager': { product: 'pdm', version: '1.1' },
  'products/mail-gateway': { product: 'pmg', version: '9.1' },
}

/** Any example: each takes the client of its product under the name that it knows. */
type RunExample = (setting: {
  readonly pve: unknown
  readonly client: unknown
  readonly print: (line: string) => void
}) => Promise<void>

describe('examples in TypeScript', () => {
  const folder = new URL('../../examples/', import.meta.url)

  it('all are run', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const names = files.filter((file) => /\/.*\.ts$/.test(file)).map((file) => file.slice(0, -3))
    expect(names.toSorted()).toEqual(printedByExamples.map(([name]) => name).toSorted())
  })

  it.each(printedByExamples)('%s does what it says', async (name, lines) => {
    const definition = loadDefinition(products[name] ?? { product: 'pve', version: '9.2' })
    await using simulator = createSimulator({ definition, clock: instantClock() })
    const { product } = definition.id
    await using client = createClient({
      product,
      transport: simulator.transport(),
      clock: simulator.clock,
    })
    const module: Record<string, RunExample> = await import(`${folder.href}${name}.ts`)
    const printed: string[] = []
    for (const example of Object.values(module)) {
      await example({ pve: client, client, print: (line) => printed.push(line) })
    }
    const stable = printed.map((line) => line.replace(/(?<=UPID:).{31}(?=:)/, '…'))
    expect(stable).toEqual(lines)
  })
})
