import { connectServer } from '@proxkit/client/server'
import { createGateway, type GatewayOptions } from '@proxkit/gateway'
import { loadDefinition } from '@proxkit/schema'
import { expect, test } from 'vitest'

const pve = loadDefinition({ product: 'pve', version: '9.2' })
const pmg = loadDefinition({ product: 'pmg', version: '9.1' })
// Nothing here asks it.
const upstream = connectServer({ product: 'pve', url: 'http://127.0.0.1:1' })

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

test('the start page loads its own files only, and lets nothing else run', async () => {
  const clusters = [{ name: 'lab', definition: pve, upstream }] as const
  await using gateway = createGateway({ clusters, mode: 'simulate' })
  const page = await gateway.inject({ url: '/', headers: browser })
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(page.headers['vary']).toBe('accept')
  const policy = String(page.headers['content-security-policy'])
  expect(policy).toMatch("default-src 'none'; script-src 'self'; style-src 'self'")
  expect(policy).not.toMatch('unsafe')
  expect(page.body).toMatch('<h1>Proxmox VE 9.2</h1> <span class="badge simulated">simulated')
  expect(page.body).not.toMatch(/ (?:style|on[a-z]+)="/)
  const loaded = Array.from(
    page.body.matchAll(/(?:src|href)="(\/start\/[^"]+)"/g),
    ([, path]) => path,
  )
  expect(new Set(loaded)).toEqual(
    new Set(['/start/icon.svg', '/start/start.css', '/start/start.js']),
  )
  for (const url of new Set(loaded)) {
    const { statusCode, headers } = await gateway.inject({ url: url ?? '' })
    expect(statusCode).toBe(200)
    expect(headers['content-type']).toMatch(/css|javascript|svg/)
  }
})

test('the start page shows the cluster only where it is a simulated one', async () => {
  const lab = { name: 'lab', definition: pve, upstream }
  const mail = { name: '<mail>', definition: pmg, upstream }
  expect((await showsCluster({ clusters: [lab], mode: 'real' })).isShown).toBe(false)
  expect((await showsCluster({ clusters: [mail], mode: 'simulate' })).isShown).toBe(false)
  const both = await showsCluster({ clusters: [lab, mail], mode: 'real' })
  expect(both.isShown).toBe(false)
  expect(both.body).toMatch('<strong>&#60;mail&#62;</strong> Proxmox Mail Gateway 9.1')
  expect(both.body).toMatch('href="/clusters/%3Cmail%3E/docs"')
})

async function showsCluster(options: GatewayOptions) {
  await using gateway = createGateway(options)
  const { body } = await gateway.inject({ url: '/', headers: browser })
  return { isShown: body.includes('/start/start.js'), body }
}
