import { describe, expect, onTestFinished, test } from 'vitest'
import { clientOf, token } from '../../test/clients.js'
import { startServer, type WireAnswer } from '../../test/wire-server.js'
import { createClient } from '../index.js'

const ok = (): WireAnswer => ({ body: { data: 'ok' } })

describe('requests on the wire', () => {
  test('GET and DELETE put parameters into the query, in their order', async () => {
    const server = await startServer(ok)
    const client = clientOf(server)
    const params = {
      name: 'a b&c=d;e+ü',
      flag: true,
      off: false,
      n: 1.5,
      list: ['a', 'b,c'],
      gone: null,
    }
    await client.request('GET', 'pools', params)
    await client.request('DELETE', 'pools', params)
    const target =
      '/api2/json/pools?name=a%20b%26c%3Dd%3Be%2B%C3%BC&flag=1&off=0&n=1.5&list=a&list=b%2Cc'
    expect(
      server.requests.map(({ method, body, ...request }) => [method, request.target, body]),
    ).toEqual([
      ['GET', target, ''],
      ['DELETE', target, ''],
    ])
    expect(server.requests[1]?.headers['content-type']).toBeUndefined()
  })

  test('POST and PUT put parameters into a form', async () => {
    const server = await startServer(ok)
    const client = clientOf(server)
    await client.request('POST', 'access/users', {
      userid: 'a@pve',
      enable: true,
      groups: ['x', 'y'],
    })
    await client.request('PUT', 'access/users/a@pve', { comment: 'a=b c' })
    expect(
      server.requests.map(({ method, target, body, headers }) => [
        method,
        target,
        body,
        headers['content-type'],
        headers['content-length'],
      ]),
    ).toEqual([
      [
        'POST',
        '/api2/json/access/users',
        'userid=a%40pve&enable=1&groups=x&groups=y',
        'application/x-www-form-urlencoded',
        '41',
      ],
      [
        'PUT',
        '/api2/json/access/users/a%40pve',
        'comment=a%3Db%20c',
        'application/x-www-form-urlencoded',
        '17',
      ],
    ])
  })

  test('an empty list is sent as an empty value, not left out', async () => {
    const server = await startServer(ok)
    await clientOf(server).request('PUT', 'access/users/a@pve', { groups: [] })
    expect(server.requests[0]?.body).toBe('groups=')
  })

  test('a write without parameters has no body and no content type', async () => {
    const server = await startServer(ok)
    await clientOf(server).request('POST', 'nodes/pve1/qemu/100/status/start')
    const [request] = server.requests
    expect(request?.body).toBe('')
    expect(request?.headers).toMatchObject({ 'content-length': '0' })
    expect(request?.headers['content-type']).toBeUndefined()
  })

  test('what a form cannot hold is sent as JSON', async () => {
    const server = await startServer(ok)
    const client = createClient({
      product: 'pdm',
      url: `http://127.0.0.1:${server.port}`,
      auth: { token },
    })
    onTestFinished(() => client.close())
    const remotes = [{ remote: 'lab', zone: 'z1' }]
    await client.sdn.vnets.post({ vnet: 'v1', tag: 7, remotes })
    expect(server.requests[0]?.headers['content-type']).toBe('application/json')
    expect(server.requests[0]?.body).toBe(
      '{"vnet":"v1","tag":7,"remotes":[{"remote":"lab","zone":"z1"}]}',
    )
    // The daemons written in Rust take nothing else for a boolean there.
    await client.request('POST', 'auto-install/prepared', { 'is-default': true, filesystem: {} })
    expect(server.requests[1]?.body).toBe('{"is-default":true,"filesystem":{}}')
    await expect(client.request('GET', 'x', { lists: [['a']] })).rejects.toThrow(
      new TypeError(
        'parameter lists: an object or a list of lists cannot be sent in a query or form',
      ),
    )
  })

  test('what a definition has as one text is one text, whatever it was given as', async () => {
    const server = await startServer(ok)
    const client = createClient({
      product: 'pbs',
      url: `http://127.0.0.1:${server.port}`,
      auth: { token },
    })
    onTestFinished(() => client.close())
    await client.config.datastore('store').put({
      delete: ['comment', 'notify'],
      'maintenance-mode': { type: 'offline', message: 'new disks' },
    })
    await client.nodes('localhost').disks.zfs.post({
      name: 'tank',
      raidlevel: 'mirror',
      devices: ['sda', 'sdb'],
    })
    expect(server.requests.map(({ body }) => [...new URLSearchParams(body)])).toEqual([
      [
        ['delete', 'comment'],
        ['delete', 'notify'],
        ['maintenance-mode', 'type=offline,message=new disks'],
      ],
      [
        ['name', 'tank'],
        ['raidlevel', 'mirror'],
        ['devices', 'sda,sdb'],
      ],
    ])
  })

  test('ids arrive as they are, dots included', async () => {
    const server = await startServer(ok)
    const client = clientOf(server)
    const ids = ['local:iso/a b.iso', '..a', 'a#b?c', '100%', 'root@pam!ci', 'ü']
    for (const id of ids) await client.any('storage')(id).get()
    const received = server.requests.map(({ target }) => target.replace('/api2/json/storage/', ''))
    expect(received).toEqual([
      'local%3Aiso%2Fa%20b.iso',
      '%2E.a',
      'a%23b%3Fc',
      '100%25',
      'root%40pam!ci',
      '%C3%BC',
    ])
    expect(received.map(decodeURIComponent)).toEqual(ids)
  })

  test('a token goes into one header, and no cookie beside it', async () => {
    const server = await startServer(ok)
    await clientOf(server).request('POST', 'pools', { poolid: 'a' })
    const headers = server.requests[0]?.headers
    expect(headers?.authorization).toBe(`PVEAPIToken=${token}`)
    expect(headers?.cookie).toBeUndefined()
    expect(headers?.['csrfpreventiontoken']).toBeUndefined()
  })

  test('the path of a URL comes before the API’s own', async () => {
    const server = await startServer(ok)
    await clientOf(server, { url: `http://127.0.0.1:${server.port}/lab/pve/` }).request(
      'GET',
      'version',
    )
    expect(server.requests[0]?.target).toBe('/lab/pve/api2/json/version')
  })

  test('connections are kept, and no more are opened than allowed', async () => {
    const server = await startServer(ok)
    const one = clientOf(server, { connections: 1 })
    await Promise.all(Array.from({ length: 20 }, () => one.request('GET', 'version')))
    expect(server.connections()).toBe(1)

    const many = await startServer(ok)
    const ten = clientOf(many, { connections: 10 })
    for (let call = 0; call < 5; call += 1) await ten.request('GET', 'version')
    expect(many.connections()).toBe(1)
    await Promise.all(Array.from({ length: 100 }, () => ten.request('GET', 'version')))
    for (let call = 0; call < 20; call += 1) await ten.request('GET', 'version')
    expect(many.connections()).toBe(10)
  })
})
