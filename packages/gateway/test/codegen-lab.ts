import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectServer } from '@proxkit/client/server'
import {
  type AuditRecord,
  type CodegenOptions,
  createGateway,
  type Gateway,
} from '@proxkit/gateway'
import { loadDefinition } from '@proxkit/schema'
import {
  type ApidocServer,
  smallApidoc,
  startApidocServer,
} from '../../schema/test/apidoc-server.js'

export const key = 'key-of-the-test-0123456789'
export const apidocPath = '/pve-docs/api-viewer/apidoc.js'
export const startPage = '<script src="/pve2/js/pvemanagerlib.js?ver=9.2.4"></script>'

/** A server that tells of its API, and gateways that generate from it. */
export interface CodegenLab extends AsyncDisposable {
  readonly source: ApidocServer
  open(given?: Partial<CodegenOptions>): CodegenGateway
}

export async function codegenLab(): Promise<CodegenLab> {
  const source = await startApidocServer({ [apidocPath]: smallApidoc, '/': startPage })
  const folder = mkdtempSync(join(tmpdir(), 'proxkit-codegen-'))
  return {
    source,
    open: (given = {}) => codegenGateway(source, { given, folder }),
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
}

export interface CodegenGateway extends AsyncDisposable {
  readonly gateway: Gateway
  readonly records: readonly AuditRecord[]
  generate(parameters?: object, headers?: Record<string, string>): Promise<Answer>
  get(path: string): Promise<Answer & { readonly text: string }>
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: unknown
}

/** A gateway that generates from the source of the test, without a server behind it. */
function codegenGateway(
  source: ApidocServer,
  { given, folder }: { readonly given: Partial<CodegenOptions>; readonly folder: string },
): CodegenGateway {
  const records: AuditRecord[] = []
  const upstream = connectServer({ product: 'pve', url: 'http://127.0.0.1:1' })
  const gateway = createGateway({
    clusters: [
      { name: 'lab', definition: loadDefinition({ product: 'pve', version: '9.2' }), upstream },
    ],
    mode: 'real',
    definitions: mkdtempSync(join(folder, 'cache-')),
    codegen: {
      key,
      sources: [`127.0.0.1:${source.port}`, `pve.test:${source.port}`],
      networks: ['127.0.0.0/8'],
      ca: source.cert,
      generatePerHour: 100,
      readPerHour: 100,
      audit: (record) => void records.push(record),
      ...given,
    },
  })
  const authorization = `Bearer ${key}`
  return {
    gateway,
    records,
    async generate(parameters = { source_url: source.url }, headers = { authorization }) {
      const answer = await gateway.inject({
        method: 'POST',
        url: '/codegen/generate',
        headers,
        payload: parameters,
      })
      return { status: answer.statusCode, headers: answer.headers, body: answer.json() }
    },
    async get(url) {
      const { statusCode, headers, body } = await gateway.inject({
        url,
        headers: { authorization },
      })
      const isJson = String(headers['content-type']).includes('json')
      return { status: statusCode, headers, text: body, body: isJson ? JSON.parse(body) : body }
    },
    async [Symbol.asyncDispose]() {
      await gateway.close()
      await upstream.close()
    },
  }
}
