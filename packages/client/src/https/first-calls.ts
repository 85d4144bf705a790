import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
} from 'node:http'
import type { Dispatcher } from 'undici'
import { ConnectorAgent } from './connector-agent.js'
import type { EngineOptions, EngineRequest } from './engine.js'

/** Carries one request at a time with what is built into Node.js, over a connection that is kept. */
export class FirstCalls {
  readonly #url: URL
  readonly #agent: Agent
  #isBusy = false

  constructor(options: EngineOptions) {
    this.#url = new URL(options.origin)
    this.#agent = new ConnectorAgent(options)
  }

  get isBusy(): boolean {
    return this.#isBusy
  }

  dispatch(
    { method, path, headers, body }: EngineRequest,
    handler: Dispatcher.DispatchHandler,
  ): void {
    const sent = request({
      agent: this.#agent,
      protocol: this.#url.protocol,
      host: this.#url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: this.#url.port,
      method,
      path,
      headers: { host: this.#url.host, connection: 'keep-alive', ...toRecord(headers) },
    })
    this.#isBusy = true
    follow(sent, handler, () => {
      this.#isBusy = false
    })
    if (typeof body === 'string') sent.end(body)
    else sent.end()
  }

  destroy(): void {
    this.#agent.destroy()
  }
}

/** Tells the handler what becomes of a request. */
const follow = (
  sent: ClientRequest,
  handler: Dispatcher.DispatchHandler,
  done: () => void,
): void => {
  let answer: IncomingMessage | undefined
  let isDone = false
  const controller = {
    aborted: false,
    paused: false,
    reason: null,
    abort: (reason: Error) => void sent.destroy(reason),
    pause: () => void answer?.pause(),
    resume: () => void answer?.resume(),
  }
  const fail = (error: Error): void => {
    if (isDone) return
    isDone = true
    done()
    handler.onResponseError?.(controller, error)
  }
  sent.on('socket', () => handler.onRequestStart?.(controller, {}))
  sent.on('error', fail)
  // Such as a change to another protocol, which Node.js ends without a word.
  sent.on('close', () => fail(new NoAnswer('the connection ended without an answer')))
  sent.on('response', (message) => {
    answer = message
    const { statusCode = 0, headers, statusMessage } = message
    if (statusCode < 100) {
      fail(new NoAnswer(`the answer has status ${statusCode}, and those of HTTP begin at 100`))
      sent.destroy()
      return
    }
    // Node.js gives the bytes as characters.
    const reason = Buffer.from(statusMessage ?? '', 'latin1').toString()
    handler.onResponseStart?.(controller, statusCode, headers, reason)
    message.on('data', (chunk: Buffer) => handler.onResponseData?.(controller, chunk))
    message.on('error', fail)
    message.on('end', () => {
      if (isDone) return
      isDone = true
      done()
      handler.onResponseEnd?.(controller, {})
    })
  })
}

class NoAnswer extends Error {
  readonly code = 'ECONNRESET'
}

const toRecord = (headers: EngineRequest['headers']): OutgoingHttpHeaders => {
  if (!Array.isArray(headers)) return headers
  const record: Record<string, string> = {}
  for (let index = 0; index + 1 < headers.length; index += 2) {
    record[String(headers[index])] = String(headers[index + 1])
  }
  return record
}
