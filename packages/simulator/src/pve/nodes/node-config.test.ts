import { beforeEach, describe, expect, it } from 'vitest'
import { callAs, type ApiCaller } from '../../../test/api-caller.js'
import { createSimulator, instantClock, type Simulator } from '../../index.js'

const path = '/nodes/pve/config'
let simulator: Simulator
let root: ApiCaller

beforeEach(() => {
  simulator = createSimulator({ seed: { nodes: { pve: {} } }, clock: instantClock() })
  root = callAs(simulator)
})

function file(): string | undefined {
  return simulator.snapshot().config['nodes/pve/config']
}

describe('the options of a node', () => {
  it('are none before any is set', async () => {
    expect(await root(`GET ${path}`)).toEqual({})
  })

  it('are kept sorted below the description', async () => {
    await root(`PUT ${path}`, { wakeonlan: '02:00:00:00:00:01', description: 'rack 1\nü' })
    await root(`PUT ${path}`, { acme: 'account=one', delete: 'wakeonlan' })
    expect(file()).toBe('#rack 1\n#%C3%BC\nacme: account=one\n')
    expect(await root(`GET ${path}`)).toEqual({
      acme: 'account=one',
      description: 'rack 1\nü\n',
      digest: expect.stringMatching(/^[\da-f]{40}$/),
    })
    expect(await root(`GET ${path}`, { property: 'acme' })).toEqual({ acme: 'account=one' })
    expect(await root(`GET ${path}`, { property: 'wakeonlan' })).toEqual({})
  })

  it('are refused with an old digest', async () => {
    await root(`PUT ${path}`, { 'startall-onboot-delay': 5 })
    expect(await root(`PUT ${path}`, { 'startall-onboot-delay': 6, digest: '0'.repeat(40) })).toBe(
      '500 detected modified configuration - file changed by other user? Try again.',
    )
    expect(file()).toBe('startall-onboot-delay: 5\n')
  })

  it('name each domain once, and plugins that are there', async () => {
    const twice = { acme: 'domains=One.test', acmedomain0: 'one.test' }
    expect(await root(`PUT ${path}`, twice)).toBe(
      "500 duplicate domain 'one.test' in ACME config properties 'acmedomain0' and 'acme'",
    )
    expect(await root(`PUT ${path}`, { acmedomain1: 'two.test,plugin=dns' })).toBe(
      "500 plugin 'dns' for domain 'two.test' not found!",
    )
    expect(file()).toBeUndefined()
  })
})
