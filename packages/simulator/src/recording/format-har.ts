import type { RecordedExchange } from './recorded-exchange.js'

/** Exchanges as an HTTP Archive. http://www.softwareishard.com/blog/har-12-spec/ */
export function formatHar(exchanges: readonly RecordedExchange[]): string {
  const log = {
    version: '1.2',
    creator: { name: 'Proxkit', version: '1' },
    entries: exchanges.map(entryOf),
  }
  return `${JSON.stringify({ log }, undefined, 1)}\n`
}

function entryOf({ verb, path, params, time, duration, ...answer }: RecordedExchange): unknown {
  const { status, message, body } = answer
  const hasBody = verb === 'POST' || verb === 'PUT'
  const text = JSON.stringify(body)
  return {
    startedDateTime: new Date(time).toISOString(),
    time: duration,
    request: {
      method: verb,
      url: `https://proxmox/api2/json${encoded(path)}`,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: [],
      queryString: hasBody ? [] : queryOf(params),
      ...(hasBody && {
        postData: { mimeType: 'application/json', params: [], text: JSON.stringify(params) },
      }),
      headersSize: -1,
      bodySize: -1,
    },
    response: {
      status,
      statusText: message,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: [],
      content: { size: Buffer.byteLength(text), mimeType: 'application/json', text },
      redirectURL: '',
      headersSize: -1,
      bodySize: -1,
    },
    cache: {},
    timings: { send: 0, wait: duration, receive: 0 },
  }
}

function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

function queryOf(params: RecordedExchange['params']): { name: string; value: string }[] {
  return Object.entries(params).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((one: unknown) =>
      one === undefined || one === null ? [] : [{ name, value: wireText(one) }],
    ),
  )
}

function wireText(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
