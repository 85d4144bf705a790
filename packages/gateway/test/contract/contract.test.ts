import { loadDefinition } from '@proxkit/schema'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiRows } from './api-rows.js'
import { codegenRows } from './codegen-rows.js'
import { type ContractLab, contractLab } from './contract-lab.js'
import type { Row } from './row.js'
import { serverRows } from './server-rows.js'

let lab: ContractLab
beforeAll(async () => {
  lab = await contractLab()
})
afterAll(() => lab[Symbol.asyncDispose]())

describe.each([...serverRows, ...apiRows, ...codegenRows])('$promise', ({ rows }) => {
  test.each(rows.map((row) => [titleOf(row), row] as const))('%s', async (_, row) => {
    const { status, headers, answer } = await lab.ask(row)
    expect({ status, answer }).toEqual({ status: row.status, answer: row.answer })
    expect(headers).toMatchObject(row.headers ?? {})
  })
})

function titleOf({ call, of, as, body, differs }: Row): string {
  const parts = [
    call,
    of && `of ${of}`,
    as && `as ${as}`,
    body !== undefined && `with ${JSON.stringify(body)}`,
    differs !== undefined && `(differs: ${differs})`,
  ]
  return parts.filter(Boolean).join(' ')
}

describe('every API path at the root', () => {
  test('is there, and asks for a login where the product does', async () => {
    const wrong: string[] = []
    let asked = 0
    for (const { verb, path, permissions } of loadDefinition({
      product: 'pve',
      version: '9.2',
    }).methods()) {
      // What is open to everybody is asked of the cluster, and GET / is the gateway's own.
      if (permissions?.user === 'world' || path === '/') continue
      asked += 1
      const url = path.replaceAll(/\{\w+\}/g, '1')
      const { statusCode: status, body } = await lab.inject({ method: verb, url })
      if (status !== 401 || !body.startsWith('{"detail":')) wrong.push(`${verb} ${path}: ${status}`)
    }
    expect(wrong).toEqual([])
    expect(asked).toBe(669)
  })

  test('has no limit of calls', async () => {
    const statuses = new Set<number>()
    for (let call = 0; call < 50; call++) {
      statuses.add((await lab.ask({ call: 'GET /version', of: 'limited' })).status)
    }
    expect([...statuses]).toEqual([200])
  })
})

describe('code generation', () => {
  test('is limited to 1 call an hour that generates and to 5 that read, and audited', async () => {
    const generate = 'POST /codegen/generate?source_url=SOURCE&version_tag=9.2.79'
    expect(await statusesOf(generate, 2)).toEqual([201, 429])
    for (const kind of ['openapi', 'pydantic'] as const) {
      const read = `GET /codegen/${kind}?version_tag=9.2.79` as const
      expect(await statusesOf(read, 6)).toEqual([200, 200, 200, 200, 200, 429])
    }
    expect(await statusesOf('GET /codegen/versions', 6)).toEqual(Array(6).fill(200))
    expect(lab.audited.map(({ verb, path, status }) => `${verb} ${path} ${status}`)).toEqual([
      'POST /codegen/generate 201',
      'POST /codegen/generate 429',
      ...Array(5).fill('GET /codegen/openapi 200'),
      'GET /codegen/openapi 429',
      ...Array(5).fill('GET /codegen/pydantic 200'),
      'GET /codegen/pydantic 429',
      ...Array(6).fill('GET /codegen/versions 200'),
    ])
  })
})

async function statusesOf(call: Row['call'], times: number): Promise<readonly number[]> {
  const statuses: number[] = []
  for (let count = 0; count < times; count++) {
    statuses.push((await lab.ask({ call, of: 'limited', as: 'codegen' })).status)
  }
  return statuses
}
