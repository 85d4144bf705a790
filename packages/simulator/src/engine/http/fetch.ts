import type { Clock } from '../clock.js'
import type { RequestHead } from './head.js'
import { renderReply, type Reply } from './reply.js'
import type { HttpService } from './service.js'

/** Answers a web `Request` through the same steps as a socket would. */
export async function fetchFrom(
  service: HttpService,
  request: Request,
  { clock, node }: { readonly clock: Clock; readonly node: string },
): Promise<Response> {
  const body = Buffer.from(await request.arrayBuffer())
  const head = headOf(request, body.length)
  const opened = await service.open(head, node)
  const reply =
    opened && 'receive' in opened
      ? await opened.receive(once(body))
      : opened && 'finish' in opened
        ? await opened.finish(body)
        : opened
  // What a socket would show as a connection that ends.
  if (!reply || reply.cut || reply.tunnel)
    throw new TypeError('fetch failed: the server ended the connection')
  return toResponse(reply, head, clock.now())
}

async function* once(body: Buffer): AsyncGenerator<Buffer> {
  yield body
}

function headOf(request: Request, length: number): RequestHead {
  const { pathname, search } = new URL(request.url)
  return {
    method: request.method,
    target: pathname + search,
    protocol: 'HTTP/1.1',
    minorVersion: 1,
    header: (name) =>
      name === 'content-length' ? String(length) : (request.headers.get(name) ?? undefined),
  }
}

function toResponse(reply: Reply, head: RequestHead, now: number): Response {
  const { status, reason, fields, content } = renderReply(reply, {
    head: { ...head, header: () => undefined },
    protocol: head.protocol,
    keepAlive: false,
    now,
  })
  const nullBody = status === 204 || status === 304
  return new Response(
    nullBody || content.length === 0
      ? null
      : typeof content === 'string'
        ? content
        : new Uint8Array(content),
    {
      status,
      statusText: reason,
      headers: fields.filter(([name]) => name !== 'Connection'),
    },
  )
}
