import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { listen } from '../listen.js'

const client = fileURLToPath(new URL('../../bundle/index.js', import.meta.url))
const ticket = 'PVE:root@pam:6B00EC11::c2lnbmF0dXJl'

test('NODE_DEBUG=proxkit tells of every call, and of no secret', async () => {
  const server = createServer((request, response) => {
    request.resume()
    const data = request.url?.endsWith('/ticket')
      ? { ticket, CSRFPreventionToken: 'csrf-of-it' }
      : null
    response.writeHead(request.url?.endsWith('/pools') ? 400 : 200).end(JSON.stringify({ data }))
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${await listen(server)}`
  const code = `
    import { createClient } from ${JSON.stringify(client)}
    const url = ${JSON.stringify(url)}
    const auth = { username: 'root@pam', password: 'sesame-street' }
    const pve = createClient({ url, auth })
    await pve.request('GET', 'version')
    await pve.request('POST', 'pools', { poolid: 'a', secret: 'hush-hush' }).catch(() => {})
    const token = createClient({ url: 'http://127.0.0.1:1', auth: { token: 'root@pam!ci=tell-nobody' } })
    await token.request('PUT', 'pools', { secret: 'hush-hush' }).catch(() => {})
  `
  const { stderr } = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'inherit', 'pipe'],
    env: { ...process.env, NODE_DEBUG: 'proxkit' },
    timeout: 20_000,
  })
  const log = (await text(stderr)).replaceAll(/^PROXKIT \d+: /gm, '')
  expect(log.split('\n').slice(0, 3)).toEqual([
    `POST /access/ticket at ${url}: 200`,
    `GET /version at ${url}: 200`,
    `POST /pools at ${url}: 400`,
  ])
  expect(log).toContain(
    'PUT /pools at http://127.0.0.1:1: TransportError: PUT /pools: cannot reach',
  )
  expect(log).not.toMatch(/sesame|hush|nobody|c2ln|csrf/)
})
