import type { ApiRequest, ApiResponse, Verb } from '@proxkit/schema'
import { describe, expect, it } from 'vitest'
import { callAs, type ApiCaller } from '../../test/api-caller.js'
import {
  createRecorder,
  createSimulator,
  instantClock,
  parseRecording,
  type Recorder,
  type Simulator,
} from '../index.js'

/** A server to record: a cluster like another one, with a node that only it has. */
function recorded(): { recorder: Recorder; send: (request: ApiRequest) => Promise<ApiResponse> } {
  const original = createSimulator({
    seed: {
      nodes: { far: {} },
      users: { 'ann@pve': {} },
      guests: [{ vmid: 100, node: 'far', config: { name: 'recorded', cores: 3 } }],
    },
    clock: instantClock(),
  })
  const recorder = createRecorder()
  const transport = recorder.wrap(original.transport())
  return { recorder, send: (request) => transport.send(request) }
}

function call(verb: Verb, path: string, params: ApiRequest['params'] = {}): ApiRequest {
  return { verb, path, params }
}

function replaying(har: string, user?: string): { simulator: Simulator; root: ApiCaller } {
  const simulator = createSimulator({
    seed: 'single',
    clock: instantClock(),
    recording: parseRecording(har, { file: 'recorded.har' }),
  })
  return { simulator, root: callAs(simulator, user) }
}

/** An archive with one entry, as a browser writes it. */
function har(request: object, response: object): string {
  return JSON.stringify({
    log: { version: '1.2', entries: [{ request: { method: 'GET', ...request }, response }] },
  })
}

describe('a recording', () => {
  it('answers as the server did, for nodes that the cluster does not have too', async () => {
    const { recorder, send } = recorded()
    const config = await send(call('GET', '/nodes/far/qemu/100/config'))
    await send(call('GET', '/nodes/far/qemu/999/config'))
    await send(call('POST', '/nodes/far/qemu/100/config', { cores: 0 }))
    const { root } = replaying(recorder.toHar())
    expect(await root('GET /nodes/far/qemu/100/config')).toEqual(config.data)
    expect(await root('GET /nodes/far/qemu/999/config')).toBe(
      "500 Configuration file 'nodes/far/qemu-server/999.conf' does not exist",
    )
    expect(await root('GET /nodes')).toMatchObject([{ node: 'pve' }])
    expect(await root('GET /nodes/far/status')).toMatch(/^500 hostname lookup 'far' failed/)
  })

  it('gives the answers to one call in their order, and the last one again', async () => {
    const { recorder, send } = recorded()
    await send(call('GET', '/pools'))
    await send(call('POST', '/pools', { poolid: 'web' }))
    await send(call('GET', '/pools'))
    const { root, simulator } = replaying(recorder.toHar())
    expect(await root('GET /pools')).toEqual([])
    expect(await root('POST /pools', { poolid: 'web' })).toBeNull()
    expect(await root('GET /pools')).toEqual([{ poolid: 'web' }])
    expect(await root('GET /pools')).toEqual([{ poolid: 'web' }])
    simulator.reset()
    expect(await root('GET /pools')).toEqual([])
  })

  it('tells calls with other parameters apart', async () => {
    const { recorder, send } = recorded()
    await send(call('GET', '/cluster/resources', { type: 'vm' }))
    await send(call('GET', '/cluster/resources', { type: 'node' }))
    const { root } = replaying(recorder.toHar())
    expect(await root('GET /cluster/resources', { type: 'vm' })).toMatchObject([
      { name: 'recorded' },
    ])
    expect(await root('GET /cluster/resources', { type: 'node' })).toMatchObject([{ node: 'far' }])
    expect(await root('GET /cluster/resources', { type: 'storage' })).toMatchObject([
      { node: 'pve' },
      { node: 'pve' },
    ])
  })

  it('is for those whom the cluster would answer', async () => {
    const { recorder, send } = recorded()
    await send(call('GET', '/nodes/far/status'))
    const { root } = replaying(recorder.toHar(), 'nobody@pve')
    expect(await root('GET /nodes/far/status')).toMatch(/^403 /)
  })

  it('holds no secrets', async () => {
    const { recorder, send } = recorded()
    const { data } = await send(call('POST', '/access/users/root%40pam/token/ci', {}))
    const { value } = Object(data)
    await send(call('PUT', '/access/password', { userid: 'ann@pve', password: 'longenough' }))
    const text = recorder.toHar()
    expect(value).toMatch(/^[\da-f-]{36}$/)
    expect(text).not.toContain(value)
    expect(text).not.toContain('longenough')
    const { root } = replaying(text)
    expect(await root('POST /access/users/root@pam/token/ci')).toMatchObject({
      'full-tokenid': 'root@pam!ci',
      value: '***',
    })
    expect(
      await root('PUT /access/password', { userid: 'ann@pve', password: 'another-one' }),
    ).toBeNull()
  })

  it('may be that of a browser', async () => {
    const url = 'https://192.0.2.7:8006/api2/extjs/nodes/far/qemu/100/status/current?_dc=1700000000'
    const seen = replaying(
      har(
        { url, queryString: [{ name: '_dc', value: '1700000000' }] },
        { status: 200, statusText: '', content: { text: '{"success":1,"data":{"name":"seen"}}' } },
      ),
    )
    expect(await seen.root('GET /nodes/far/qemu/100/status/current')).toEqual({ name: 'seen' })
    const refused = replaying(
      har(
        {
          method: 'POST',
          url: 'https://192.0.2.7:8006/api2/extjs/pools',
          postData: {
            mimeType: 'application/x-www-form-urlencoded; charset=UTF-8',
            text: 'poolid=a+b',
          },
        },
        {
          status: 200,
          content: {
            encoding: 'base64',
            text: Buffer.from('{"success":0,"status":500,"message":"no luck\\n"}').toString(
              'base64',
            ),
          },
        },
      ).replace('a+b', 'ab'),
    )
    expect(await refused.root('POST /pools', { poolid: 'ab' })).toBe('500 no luck')
  })

  it.each([
    ['{"log":{}}', 'log.entries: is missing'],
    [
      har({ url: 'ftp://x' }, { status: 200 }),
      'log.entries[0].request.url: "ftp://x" is not a URL',
    ],
    [
      har({ url: 'https://x/api2/json/version' }, { status: 200, content: { text: '{' } }),
      'log.entries[0].response.content.text: this is not JSON',
    ],
    [
      har({ url: 'https://x/' }, { status: 200 }),
      'log.entries: there is no call of the API among them',
    ],
  ])('that is none is refused: %s', (text, reason) => {
    expect(() => parseRecording(text, { file: 'recorded.har' })).toThrow(`recorded.har: ${reason}`)
  })
})
