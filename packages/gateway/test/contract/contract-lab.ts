import { connectServer } from '@proxkit/client/server'
import {
  type AuditRecord,
  type CodegenOptions,
  createGateway,
  type Gateway,
} from '@proxkit/gateway'
import { createSimulator, instantClock } from '@proxkit/simulator'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { smallApidoc, startApidocServer } from '../../../schema/test/apidoc-server.js'
import { token } from '../simulated-gateway.js'
import type { Row } from './row.js'

/** All that the rows are asked of: gateways that listen, before a simulated cluster. */
export interface ContractLab extends AsyncDisposable {
  ask(row: Pick<Row, 'call' | 'body' | 'of' | 'as'>): Promise<Answer>
  /** Asks the gateway without a socket and without a proof. */
  readonly inject: Gateway['inject']
  /** What was audited of code generation by the gateway with the limits that are the default. */
  readonly audited: readonly AuditRecord[]
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Of JSON the value, of anything else the text. */
  readonly answer: unknown
}

const key = 'key-of-the-contract-0123456789'

export async function contractLab(): Promise<ContractLab> {
  const folder = mkdtempSync(join(tmpdir(), 'proxkit-contract-'))
  const source = await startApidocServer({ '/pve-docs/api-viewer/apidoc.js': smallApidoc })
  const simulator = createSimulator({ clock: instantClock() })
  for (const [operation, status] of faults) {
    simulator.faults.add({ operation, effect: { status, message: 'it broke' } })
  }
  // What is done to the control must not be seen by the other rows.
  const controlled = createSimulator({ clock: instantClock() })
  const { url } = await simulator.listen({ http: true })
  const upstream = connectServer({ product: 'pve', url })
  const audited: AuditRecord[] = []
  const ofSource: CodegenOptions = {
    key,
    sources: [`127.0.0.1:${source.port}`],
    networks: ['127.0.0.0/8'],
    ca: source.cert,
    generatePerHour: 1000,
    readPerHour: 1000,
  }
  const gateway = (codegen: CodegenOptions | undefined, mode: 'simulate' | 'real'): Gateway =>
    createGateway({
      clusters: [{ name: 'lab', definition: simulator.definition, upstream }],
      mode,
      ...(mode === 'real' && { verifiesTls: true }),
      ...(codegen && { codegen }),
      definitions: codegen ? folder : '/nonexistent',
    })
  const gateways = {
    gateway: gateway(ofSource, 'simulate'),
    real: gateway(
      { ...ofSource, sources: ['pve.proxmox.com', '127.0.0.1:1', '[::1]:1'], networks: [] },
      'real',
    ),
    limited: gateway(
      {
        ...ofSource,
        generatePerHour: 1,
        readPerHour: 5,
        audit: (record) => void audited.push(record),
      },
      'simulate',
    ),
    'without key': gateway(undefined, 'simulate'),
  }
  const urls: Readonly<Record<NonNullable<Row['of']> | 'gateway', string>> = {
    gateway: await gateways.gateway.listen(),
    real: await gateways.real.listen(),
    limited: await gateways.limited.listen(),
    'without key': await gateways['without key'].listen(),
    simulator: (await controlled.listen({ http: true, controlKey: key })).url,
  }
  const withSource = (text: string): string => text.replace('SOURCE', source.url)
  const ask: ContractLab['ask'] = async ({ call, body, of, as }) => {
    const [method = '', path = ''] = withSource(call).split(' ')
    const response = await fetch(urls[of ?? 'gateway'] + path, {
      method,
      headers: {
        ...(as === 'auditor' ? { cookie: ticket } : proofs[as ?? 'root']),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: withSource(JSON.stringify(body)) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      answer: isJson ? JSON.parse(text) : text,
    }
  }
  let ticket = ''
  const login = { username: 'auditor@pve', password: 'proxkit-auditor' }
  const { answer } = await ask({ call: 'POST /access/ticket', as: 'nobody', body: login })
  ticket = `PVEAuthCookie=${encodeURIComponent(String(Object(answer).ticket))}`
  return {
    ask,
    inject: gateways.gateway.inject,
    audited,
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(gateways).map((each) => each.close()))
      await upstream.close()
      await Promise.all([simulator.close(), controlled.close(), source[Symbol.asyncDispose]()])
      rmSync(folder, { recursive: true })
    },
  }
}

/** Where the server is to fail, and how. */
const faults = [
  ['/nodes/pve3/hosts', 595],
  ['/nodes/pve3/dns', 500],
] as const

/** How those who ask prove who they are. */
const proofs: Readonly<
  Record<Exclude<Row['as'], undefined | 'auditor'> | 'root', Readonly<Record<string, string>>>
> = {
  root: { authorization: token, 'x-proxkit-key': key },
  nobody: {},
  'a stranger': { authorization: 'Bearer who-is-this' },
  codegen: { authorization: `Bearer ${key}` },
}
