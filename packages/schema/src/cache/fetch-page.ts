import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { type ConnectionOptions, rootCertificates, TLSSocket } from 'node:tls'
import { createGunzip } from 'node:zlib'
import { openSocket, type Reach } from './open-socket.js'
import { PullError } from './pull-error.js'

/** Whom to trust. Without any of these it is whom Node.js trusts, and the name must match. */
export type PullTls =
  | {
      /** A certificate (PEM) that is trusted beside those of Node.js, such as the cluster's own CA. */
      readonly ca: string
    }
  | {
      /** SHA-256 of the one certificate that is accepted. */
      readonly fingerprint: string
    }
  | {
      /** `false` accepts any certificate, and so anyone who sits between. */
      readonly verify: boolean
    }

export interface FetchOptions {
  readonly tls?: PullTls | undefined
  readonly reach?: Reach | undefined
  /** Milliseconds for connection and answer together. */
  readonly timeout: number
}

export interface Page {
  readonly status: number
  readonly type: string
  readonly text: string
}

/** Fetches a page of a server, without a login. Rejects with `PullError`, and with `TypeError` where `tls` makes no sense. */
export async function fetchPage(url: URL, options: FetchOptions): Promise<Page> {
  const trust = trustOf(options.tls)
  const pinned = pinnedBy(options.tls)
  const signal = AbortSignal.timeout(options.timeout)
  let socket: Socket | undefined
  const destroy = (): unknown => socket?.destroy()
  signal.addEventListener('abort', destroy)
  try {
    socket = await openSocket(url, { trust, reach: options.reach, signal })
    if (pinned && socket instanceof TLSSocket) requirePinned(socket, pinned)
    return await exchange(url, socket)
  } catch (cause) {
    if (cause instanceof PullError) throw cause
    if (signal.aborted) {
      throw new PullError(`no answer from ${url.host} within ${options.timeout} ms`, {
        cause,
        code: 'ETIMEDOUT',
      })
    }
    throw new PullError(`cannot fetch ${url.href}: ${reasonOf(cause)}`, {
      cause,
      code: codeOf(cause),
    })
  } finally {
    signal.removeEventListener('abort', destroy)
    destroy()
  }
}

/** Nothing has been sent yet: another server than the pinned one learns nothing. */
function requirePinned(socket: TLSSocket, expected: string): void {
  const shown = socket.getPeerCertificate().fingerprint256
  if (shown === expected) return
  throw new PullError(`the certificate's fingerprint is ${shown}, not ${expected}`)
}

const pinnedBy = (tls: PullTls | undefined): string | undefined =>
  tls && 'fingerprint' in tls ? requireFingerprint(tls.fingerprint) : undefined

function trustOf(tls: PullTls | undefined): ConnectionOptions {
  if (!tls) return {}
  if ('fingerprint' in tls) return { rejectUnauthorized: false }
  if ('verify' in tls) return { rejectUnauthorized: tls.verify }
  if (tls.ca.includes('-----BEGIN CERTIFICATE-----')) return { ca: [...rootCertificates, tls.ca] }
  throw new TypeError('tls.ca holds no certificate in PEM form; give the text of the file')
}

/** Brings `aa:bb…` or `aabb…` into the form that Node.js gives. */
function requireFingerprint(text: string): string {
  const digits = text.replaceAll(':', '').toUpperCase()
  if (/^[0-9A-F]{64}$/.test(digits)) return digits.replaceAll(/(..)(?!$)/g, '$1:')
  throw new TypeError(
    `'${text}' is not a SHA-256 fingerprint: 32 bytes in hexadecimal, such as AA:BB:…`,
  )
}

async function exchange(url: URL, socket: Socket): Promise<Page> {
  const sent = request({
    createConnection: () => socket,
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, 'accept-encoding': 'gzip', connection: 'close' },
  })
  sent.end()
  const [answer]: IncomingMessage[] = await once(sent, 'response')
  if (!answer) throw new PullError(`${url.host} did not answer`)
  const { statusCode: status = 0, headers } = answer
  const body: Readable =
    headers['content-encoding'] === 'gzip' ? answer.pipe(createGunzip()) : answer
  return { status, type: headers['content-type'] ?? '', text: await readText(url, body) }
}

async function readText(url: URL, body: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    const bytes: Buffer = chunk
    size += bytes.length
    if (size > sizeLimit) throw new PullError(`${url.href} has more than ${sizeLimit} bytes`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Ten times the largest description there is. */
const sizeLimit = 48 * 1024 * 1024

/** A name with several addresses fails with all their errors and no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ')
  if (!(error instanceof Error)) return String(error)
  // What newer releases of Node.js advise behind a semicolon is not the caller's to do.
  return error.message.split('; if the root CA')[0] ?? ''
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined
