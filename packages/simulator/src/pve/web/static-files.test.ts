import { gunzipSync } from 'node:zlib'
import { loadDefinition, parseApidoc } from '@proxkit/schema'
import { afterEach, describe, expect, test } from 'vitest'
import { bodyOf, exchange, exchangeBytes, statusOf } from '../../../test/raw-http.js'
import { createSimulator } from '../../create-simulator.js'
import { manualClock } from '../../engine/clock.js'
import type { Listener } from '../../engine/http/listen.js'

const simulator = createSimulator({
  clock: manualClock({ start: Date.UTC(2026, 0, 11) }),
  seed: {
    nodes: { pve1: { files: { '/usr/share/pve-manager/images/x.png': 'P'.repeat(2000) } } },
  },
})
const apidoc = '/pve-docs/api-viewer/apidoc.js'
const installed = 'Thu, 01 Jan 2026 00:00:00 GMT'
let listener: Listener

afterEach(() => listener.close())

async function get(path: string, field = ''): Promise<string> {
  listener = await simulator.listen({ http: true })
  return exchange(listener, `GET ${path} HTTP/1.1\r\n${field}\r\n`)
}

describe('a file', () => {
  test('of the API viewer describes the API', async () => {
    const answer = await get(apidoc)
    expect(answer).toContain(
      `\r\nContent-Type: application/javascript\r\nLast-Modified: ${installed}`,
    )
    expect(answer).not.toMatch(/Expires|Cache-Control|Pragma/)
    const id = { product: 'pve', version: '9.2' } as const
    const read = parseApidoc(bodyOf(answer), id)
    expect(read.length).toBe([...loadDefinition(id).methods()].length)
  })

  test('is sent compressed to who wants it so', async () => {
    listener = await simulator.listen({ http: true })
    const request = `GET ${apidoc} HTTP/1.1\r\nAccept-Encoding: gzip\r\n\r\n`
    const bytes = await exchangeBytes(listener, request)
    const text = gunzipSync(bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)).toString()
    expect(text.startsWith('const apiSchema = [')).toBe(true)
  })

  test.each([
    [installed, '304 NOT MODIFIED'],
    ['Wed, 31 Dec 2025 23:59:59 GMT', '200 OK'],
    ['nonsense', '200 OK'],
  ])('is asked for since %s: %s', async (since, status) => {
    expect(statusOf(await get(apidoc, `If-Modified-Since: ${since}\r\n`))).toBe(
      `HTTP/1.1 ${status}`,
    )
  })

  test('may come from a seed; images are never compressed', async () => {
    const answer = await get('/pve2/images/x.png', 'Accept-Encoding: gzip\r\n')
    expect(answer).toContain('\r\nContent-Length: 2000\r\nContent-Type: image/png\r\n')
  })

  test.each([
    [
      '/pve2/js/x.js',
      "unable to open file '/usr/share/pve-manager/js/x.js' - No such file or directory",
    ],
    [
      '/favicon.ico',
      "unable to open file '/usr/share/pve-manager/images/favicon.ico' - No such file or directory",
    ],
    ['/elsewhere/x.js', "no such file '/elsewhere/x.js'"],
  ])('that is missing: %s', async (path, message) => {
    expect(statusOf(await get(path))).toBe(`HTTP/1.1 500 ${message}`)
  })
})
