import { Fault } from '../fault.js'
import type { Outcome } from '../handle.js'
import { htmlPage, type PageRequest } from './html-page.js'
import { jsonBody, jsonText } from './json-text.js'
import { encodeEntities } from './html-text.js'
import type { Reply } from './reply.js'

/** What came of a call: an outcome or a refusal, and the Connection header of another daemon that had a part in it. */
export interface Result {
  readonly outcome?: Outcome
  readonly fault?: Fault
  readonly innerConnection?: string | undefined
}

type Formatter = (result: Result, page: PageRequest) => Reply

const jsonType = 'application/json;charset=UTF-8'

/** pve-http-server Formatter/Standard.pm, Formatter/HTML.pm: the formats of `/api2/<format>`. */
export const formatters: ReadonlyMap<string, Formatter> = new Map<string, Formatter>([
  ['json', json],
  ['extjs', (result) => ({ ...extjs(result), contentType: jsonType })],
  ['htmljs', htmljs],
  ['html', htmlPage],
  ['png', png],
  ['spiceconfig', spiceconfig],
])

function json({ outcome, fault, innerConnection }: Result): Reply {
  if (!fault) {
    return {
      status: 200,
      reason: 'OK',
      contentType: jsonType,
      innerConnection,
      body: successBody(outcome),
    }
  }
  const { status } = fault
  const body = {
    data: null,
    ...(status >= 400 && { message: fault.text }),
    ...(fault.errors && { errors: fault.errors }),
  }
  return {
    status,
    reason: fault.message,
    contentType: jsonType,
    innerConnection,
    body: JSON.stringify(body),
  }
}

/** Ext JS wants a flag in place of useful status codes. */
function extjs({ outcome, fault, innerConnection }: Result): Reply & { readonly body: string } {
  // Some exceptions are none to the client: a status below 400 is told as it is.
  const isError = fault !== undefined && fault.status >= 400
  const content = isError
    ? {
        data: null,
        success: 0,
        message: fault.text,
        // The original's exceptions carry their code as text.
        status: fault.status === 500 || fault.status === 501 ? fault.status : String(fault.status),
        ...(fault.errors && { errors: fault.errors }),
      }
    : { ...success(outcome), success: 1 }
  const { status, message: reason } = isError || !fault ? { status: 200, message: 'OK' } : fault
  return { status, reason, innerConnection, body: JSON.stringify(content) }
}

function htmljs(result: Result): Reply {
  const reply = extjs(result)
  return { ...reply, contentType: 'text/html;charset=UTF-8', body: encodeEntities(reply.body) }
}

function png({ outcome, fault, innerConnection }: Result): Reply {
  const image = record(outcome?.data)?.image
  const filename = record(outcome?.data)?.filename
  return {
    status: fault?.status ?? 200,
    reason: fault?.message ?? 'OK',
    contentType: 'image/png',
    innerConnection,
    encoding: 'none',
    ...(filename && typeof image === 'string' ? { body: Buffer.from(image, 'latin1') } : {}),
  }
}

function spiceconfig({ outcome, fault, innerConnection }: Result): Reply {
  const data = record(outcome?.data)
  const lines = Object.entries(data ?? {}).flatMap(([key, value]) =>
    typeof value === 'string' || typeof value === 'number' ? [`${key}=${value}\n`] : [],
  )
  return {
    status: fault?.status ?? 200,
    reason: fault?.message ?? 'OK',
    contentType: 'application/x-virt-viewer;charset=UTF-8',
    innerConnection,
    ...(data && !fault ? { body: `[virt-viewer]\n${lines.join('')}` } : {}),
  }
}

function successBody(outcome: Outcome | undefined): string | Buffer {
  const { data = null, total, changes } = outcome ?? {}
  if (!total && !changes) return jsonBody(data)
  const paging = total ? `,"total":${total}` : ''
  const pending = changes ? `,"changes":${JSON.stringify(changes)}` : ''
  return `{"data":${jsonText(data)}${paging}${pending}}`
}

function success(outcome: Outcome | undefined): Record<string, unknown> {
  return {
    data: outcome?.data ?? null,
    ...(outcome?.total && { total: outcome.total }),
    ...(outcome?.changes && { changes: outcome.changes }),
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined
}
