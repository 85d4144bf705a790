import { readFileSync } from 'node:fs'
import { createClient } from '@proxkit/client'
import { createSimulator, parseSeed } from '@proxkit/simulator'
import { describe, expect, it } from 'vitest'

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
    expect(await alice.nodes('alpha').qemu(100).status.shutdown.post()).toMatch(/^UPID:alpha:/)
  })
})
