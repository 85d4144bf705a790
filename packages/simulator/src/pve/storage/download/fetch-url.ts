import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'

export interface FetchOptions {
  readonly method: 'GET' | 'HEAD'
  readonly verifyCertificates: boolean
  readonly signal?: AbortSignal
  /** Header fields for the host that is asked first. */
  readonly headers?: Readonly<Record<string, string>>
  /** Told of each address before it is asked. */
  readonly onRequest?: (url: URL) => void
}

/** As many as wget follows. */
const mostRedirects = 20

/** Asks an address of the network that this process is in, and where that leads to; throws what Node.js throws. */
export async function fetchUrl(address: string, options: FetchOptions): Promise<IncomingMessage> {
  let url = new URL(address)
  for (let count = 0; ; count += 1) {
    options.onRequest?.(url)
    const { headers: own, ...rest } = options
    const isElsewhere = url.host !== new URL(address).host
    const answer = await ask(url, isElsewhere || !own ? rest : options)
    const { statusCode = 0, headers } = answer
    const isRedirect = [301, 302, 303, 307, 308].includes(statusCode)
    if (!isRedirect || headers.location === undefined || count >= mostRedirects) return answer
    answer.resume()
    url = new URL(headers.location, url)
  }
}

function ask(
  url: URL,
  { method, verifyCertificates, signal, headers: own }: FetchOptions,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    const request = send(url, {
      method,
      headers: { 'User-Agent': 'Proxmox VE', Accept: '*/*', ...own },
      ...(signal && { signal }),
      ...(url.protocol === 'https:' && { rejectUnauthorized: verifyCertificates }),
    })
    request.on('response', resolve)
    request.on('error', reject)
    request.setTimeout(60_000, () => request.destroy(new Error('Connection timed out')))
    request.end()
  })
}

/** What a program of the node would say of a connection that came to nothing. */
export function connectionFault(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ECONNREFUSED') return 'Connection refused'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'Name or service not known'
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'No route to host'
  if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) return 'certificate verify failed'
  return error instanceof Error ? error.message : String(error)
}
