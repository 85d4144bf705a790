import { describe, expect, test } from 'vitest'
import type { ApiRequest } from '@proxkit/schema'
import { createClient, type PveClient } from './index.js'

const recording = (): { pve: PveClient; lastCall: () => string } => {
  const calls: ApiRequest[] = []
  const send = async (request: ApiRequest): Promise<{ status: number; data: unknown }> => {
    calls.push(request)
    return { status: 200, data: null }
  }
  const lastCall = (): string => {
    const { verb, path, params } = calls.at(-1) ?? { verb: '', path: '', params: {} }
    const given = JSON.stringify(params)
    return given === '{}' ? `${verb} ${path}` : `${verb} ${path} ${given}`
  }
  return { pve: createClient({ transport: { send, close: async () => {} } }), lastCall }
}

describe('a verb with pieces of the path', () => {
  const { pve, lastCall } = recording()

  test.each([
    ['one string', () => pve.get('nodes/n1/lxc')],
    ['pieces', () => pve.get('nodes', 'n1', 'lxc')],
    ['strings with slashes and pieces', () => pve.get('nodes/n1', 'lxc')],
    ['a list', () => pve(['nodes', 'n1']).get('lxc')],
    ['calls only', () => pve('nodes')('n1')('lxc').get()],
    ['attributes', () => pve.any['nodes']?.['n1']?.['lxc']?.get()],
    ['a list at a handle', () => pve.nodes(['n1', 'lxc']).get()],
    ['a call and a piece', () => pve.any('nodes', 'n1').get('lxc')],
    ['a slash at both ends', () => pve.get('nodes/n1/lxc/')],
    ['the bound node', () => pve.node('n1').lxc()],
  ])('%s', async (_title, call) => {
    await call()
    expect(lastCall()).toBe('GET /nodes/n1/lxc')
  })

  test.each([
    ['get', 'GET'],
    ['post', 'POST'],
    ['create', 'POST'],
    ['put', 'PUT'],
    ['set', 'PUT'],
    ['delete', 'DELETE'],
  ] as const)('%s: pieces first, then parameters, then options', async (name, verb) => {
    await pve[name]('pools', 'a b', { force: true }, { timeout: 1000 })
    expect(lastCall()).toBe(`${verb} /pools/a%20b {"force":true}`)
  })

  test('below the root a piece is one id, slashes included', async () => {
    await pve.any('storage').get('local:iso/a.iso')
    expect(lastCall()).toBe('GET /storage/local%3Aiso%2Fa.iso')
  })

  test('nothing climbs', async () => {
    await expect(pve.get('nodes/../access/users')).rejects.toThrow("'..' cannot be part of a path")
    await expect(pve.get('nodes', '../../access')).rejects.toThrow("'..' cannot be part of a path")
  })

  test('parameters that are no object are refused', async () => {
    await expect(Reflect.apply(pve.get, undefined, ['nodes', true])).rejects.toThrow(
      new TypeError('parameters are given as an object'),
    )
  })
})

describe('the text of a path template', () => {
  const { pve, lastCall } = recording()

  test('takes its placeholders out of the parameters, each as one id', async () => {
    await pve.get('/nodes/{node}/qemu/{vmid}/config', { node: 'pve1', vmid: 100, current: true })
    expect(lastCall()).toBe('GET /nodes/pve1/qemu/100/config {"current":true}')
    await pve.delete('/nodes/{node}/storage/{storage}/content/{volume}', {
      node: 'pve1',
      storage: 'local',
      volume: 'local:iso/a b.iso',
    })
    expect(lastCall()).toBe('DELETE /nodes/pve1/storage/local/content/local%3Aiso%2Fa%20b.iso')
    await pve.get('/version')
    expect(lastCall()).toBe('GET /version')
  })

  test('a placeholder without a value is refused', async () => {
    const params: { node: string; vmid: number } = JSON.parse('{"node":"pve1"}')
    await expect(pve.get('/nodes/{node}/qemu/{vmid}/config', params)).rejects.toThrow(
      new TypeError('the path nodes/{node}/qemu/{vmid}/config needs the parameter vmid'),
    )
  })
})
