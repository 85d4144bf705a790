import { loadDefinition, type ApiRequest, type ApiResponse, type Transport } from '@proxkit/schema'
import { describe, expect, test } from 'vitest'
import { createGateway, type Gateway } from './index.js'

const definition = loadDefinition({ product: 'pve', version: '9.2' })

function gatewayWith(answer: ApiResponse): { gateway: Gateway; sent: ApiRequest[] } {
  const sent: ApiRequest[] = []
  const transport: Transport = {
    async send(request) {
      sent.push(request)
      return answer
    },
    close: async () => {},
  }
  return { gateway: createGateway({ definition, transport }), sent }
}

describe('gateway', () => {
  test('answers with the data alone', async () => {
    const { gateway, sent } = gatewayWith({ status: 200, data: { version: '9.2.4' } })
    const response = await gateway.inject({ method: 'GET', url: '/version' })
    expect(response.statusCode).toBe(200)
    expect(response.json()).toEqual({ version: '9.2.4' })
    expect(sent).toEqual([{ verb: 'GET', path: '/version', params: {} }])
  })

  test('passes query and JSON body on as parameters', async () => {
    const { gateway, sent } = gatewayWith({ status: 200, data: null })
    await gateway.inject({
      method: 'POST',
      url: '/nodes/pve1/qemu?start=1',
      payload: { vmid: 100, name: 'web' },
    })
    expect(sent).toEqual([
      { verb: 'POST', path: '/nodes/pve1/qemu', params: { vmid: 100, name: 'web', start: '1' } },
    ])
  })

  test('refuses what the definition refuses, without asking the server', async () => {
    const { gateway, sent } = gatewayWith({ status: 200, data: null })
    const response = await gateway.inject({
      method: 'POST',
      url: '/nodes/pve1/qemu',
      payload: { vmid: 5 },
    })
    expect(response.statusCode).toBe(400)
    expect(response.json()).toEqual({
      detail: 'Parameter verification failed.',
      errors: [
        { field: 'vmid', message: 'invalid format - value does not look like a valid VM ID' },
      ],
    })
    expect(sent).toEqual([])
  })

  test('hands on status and reason of a refusal', async () => {
    const { gateway } = gatewayWith({ status: 403, data: null, message: 'Permission check failed' })
    const response = await gateway.inject({ method: 'GET', url: '/nodes/pve1/status' })
    expect(response.statusCode).toBe(403)
    expect(response.json()).toEqual({ detail: 'Permission check failed' })
  })

  test('tells an unknown path from an unknown verb', async () => {
    const { gateway } = gatewayWith({ status: 200, data: null })
    expect((await gateway.inject({ method: 'GET', url: '/nope' })).statusCode).toBe(404)
    expect((await gateway.inject({ method: 'DELETE', url: '/version' })).statusCode).toBe(405)
  })

  test('refuses a damaged body and a damaged path', async () => {
    const { gateway } = gatewayWith({ status: 200, data: null })
    const body = await gateway.inject({
      method: 'POST',
      url: '/nodes/pve1/qemu',
      headers: { 'content-type': 'application/json' },
      payload: '{"vmid":',
    })
    expect(body.statusCode).toBe(400)
    expect((await gateway.inject({ method: 'GET', url: '/nodes/%zz' })).statusCode).toBe(400)
  })

  test('says 502 when the server cannot be reached', async () => {
    const transport: Transport = {
      send: () => Promise.reject(new Error('connect ECONNREFUSED')),
      close: async () => {},
    }
    const response = await createGateway({ definition, transport }).inject({
      method: 'GET',
      url: '/version',
    })
    expect(response.statusCode).toBe(502)
    expect(response.json()).toEqual({ detail: 'connect ECONNREFUSED' })
  })

  test('tells what it serves', async () => {
    const { gateway } = gatewayWith({ status: 200, data: null })
    const response = await gateway.inject({ method: 'GET', url: '/health' })
    expect(response.json()).toEqual({ status: 'ok', product: 'pve', version: '9.2' })
  })
})
