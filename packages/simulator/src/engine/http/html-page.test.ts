import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, test } from 'vitest'
import { bodyOf, exchange, statusOf } from '../../../test/raw-http.js'
import { createSimulator } from '../../create-simulator.js'
import { instantClock } from '../clock.js'
import type { Listener } from './listen.js'

const simulator = createSimulator({ clock: instantClock() })
let listener: Listener

afterEach(() => listener.close())

async function ask(request: string): Promise<string> {
  listener = await simulator.listen({ http: true })
  return exchange(listener, request)
}

async function cookie(): Promise<string> {
  const answer = await simulator.fetch(
    new Request('https://pve1/api2/html/access/ticket', {
      method: 'POST',
      body: new URLSearchParams({ username: 'root@pam', password: 'proxkit' }),
    }),
  )
  return answer.headers.get('set-cookie') ?? ''
}

function field(answer: string, name: string): string | undefined {
  return new RegExp(`\r\n${name}: (.*)\r\n`).exec(answer)?.[1]
}

describe('the format html', () => {
  test('sends whoever is not logged in to the form', async () => {
    const answer = await ask('GET /api2/html/version HTTP/1.1\r\n\r\n')
    expect(statusOf(answer)).toBe('HTTP/1.1 301 Moved')
    expect(field(answer, 'Location')).toBe('/api2/html/access/ticket')
    expect(field(answer, 'Connection')).toBe('Keep-Alive')
  })

  test('logs in with a form and a cookie', async () => {
    expect(await cookie()).toMatch(
      /^PVEAuthCookie=PVE%3Aroot%40pam%3A[\w%]+; path=\/; secure; SameSite=Lax;$/,
    )
    const form = await ask('GET /api2/html/access/ticket HTTP/1.1\r\n\r\n')
    expect(bodyOf(form)).toContain('<input name="password" type="password" required>')
  })

  test('logs out by taking the cookie away', async () => {
    const form = bodyOf(await ask('GET /api2/html/access/ticket HTTP/1.1\r\n\r\n'))
    const script = /<script>\n(.*?)<\/script>/s.exec(form)?.[1] ?? ''
    const page = { document: { cookie: '' }, PVE: {} }
    runInNewContext(`${script}PVE.delete_auth_cookie()`, page)
    expect(page.document.cookie).toMatch(/^PVEAuthCookie=; max-age=0; path=\/;/)
    expect(form).toContain('onclick="PVE.delete_auth_cookie()"')
  })

  test('shows data and a token for forms', async () => {
    const session = (await cookie()).split(';')[0]
    const page = await ask(`GET /api2/html/version HTTP/1.1\r\nCookie: ${session}\r\n\r\n`)
    expect(page).toContain('<title>Proxmox VE API</title>')
    expect(page).toContain("PVE.CSRFPreventionToken = '")
    expect(page).toContain('&quot;release&quot; : &quot;9.2&quot;')
  })

  test('links to what lies below, sorted', async () => {
    const session = (await cookie()).split(';')[0]
    const page = await ask(`GET /api2/html/nodes HTTP/1.1\r\nCookie: ${session}\r\n\r\n`)
    const links = [...page.matchAll(/<li><a href="([^"]*)"/g)].map(([, href]) => href)
    expect(links.length).toBeGreaterThan(1)
    expect(links.join()).toBe(
      [...links]
        .map(String)
        .toSorted((a, b) => (a < b ? -1 : 1))
        .join(),
    )
    expect(links[0]).toBe('/api2/html/nodes/pve1')
  })

  test('has another title when the privileged daemon answers', async () => {
    const session = (await cookie()).split(';')[0]
    const page = await ask(`GET /api2/html/access/users HTTP/1.1\r\nCookie: ${session}\r\n\r\n`)
    expect(page).toContain('<title>API Inspector</title>')
  })

  test('shows errors with their status', async () => {
    const session = (await cookie()).split(';')[0]
    const page = await ask(`GET /api2/html/nope HTTP/1.1\r\nCookie: ${session}\r\n\r\n`)
    expect(statusOf(page)).toBe("HTTP/1.1 501 Method 'GET /nope' not implemented")
    expect(page).toContain('Error 501: Method &#39;GET /nope&#39; not implemented')
  })
})
