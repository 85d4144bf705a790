import type { HttpAnswer, Upgraded } from '@proxkit/client/server'
import { randomUUID } from 'node:crypto'
import { type IncomingMessage, STATUS_CODES } from 'node:http'
import { pipeline, type Duplex } from 'node:stream'
import type { Params } from '@proxkit/schema'
import type { Mount } from '../mount.js'
import type { Verifier } from '../verify/verifier.js'
import { admitRequest } from './admit.js'
import { endToEnd, endToEndWithProof } from './hop-headers.js'
import { failureAnswer } from './plugin.js'
import { verifyRequest } from './verify-request.js'
import { envelope, phrase } from './write-answer.js'

/** Lets consoles and whatever else goes on in a protocol of its own through to the servers, below `/api2` only. */
export function upgradeHandler(
  mounts: readonly Mount[],
  verifier: Verifier,
): (request: IncomingMessage, socket: Duplex, received: Buffer) => void {
  return (request, socket, received) => {
    // Who breaks off is gone, and nobody is left to be told.
    socket.on('error', () => socket.destroy())
    void upgrade(request, { socket, received, mounts, verifier })
  }
}

interface Caller {
  readonly socket: Duplex
  /** What came behind the head. */
  readonly received: Buffer
}

async function upgrade(
  request: IncomingMessage,
  { mounts, verifier, ...caller }: Caller & Place,
): Promise<void> {
  const answer = await answerUpgrade(request, { mounts, verifier })
  if ('socket' in answer) join(answer, caller)
  else refuse(answer, caller.socket)
}

interface Place {
  readonly mounts: readonly Mount[]
  readonly verifier: Verifier
}

async function answerUpgrade(
  request: IncomingMessage,
  { mounts, verifier }: Place,
): Promise<Upgraded | HttpAnswer> {
  const { url = '', method, headers } = request
  const mount = mounts.find(({ prefix }) => url.startsWith(`${prefix}/api2/`))
  const upgrade = mount?.cluster.upstream.upgrade
  if (!mount || !upgrade || method !== 'GET') {
    return envelope(404, `${url.split('?', 1)[0]} takes no upgrade of the connection`)
  }
  const target = url.slice(mount.prefix.length)
  try {
    const admittance = await admitRequest(mount, {
      request,
      requestId: randomUUID(),
      isUpgrade: true,
      verb: 'GET',
      target,
      body: noBody,
    })
    const { admission } = admittance
    if (!admission.allowed) return envelope(admission.status, admission.detail, admission.headers)
    const refusal = await verifyRequest({
      verb: 'GET',
      body: noBody,
      admittance,
      admission,
      verifier,
    })
    if (refusal) return refusal
    admission.note?.({ outcome: 'answered' })
    const { connection = 'upgrade', upgrade: protocol = '' } = headers
    const open = admission.upgrade ?? upgrade
    return await open({
      path: target,
      headers: {
        ...endToEndWithProof(headers, admission.shown),
        connection,
        upgrade: protocol,
      },
    })
  } catch (error) {
    return failureAnswer(error)
  }
}

const noBody = (): Promise<Params> => Promise.resolve({})

/** From here on the two ends speak with each other. */
function join(
  { reason, rawHeaders, socket: server, received: first }: Upgraded,
  { socket, received }: Caller,
): void {
  const fields: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    fields.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}\r\n`)
  }
  socket.write(`HTTP/1.1 101 ${phrase(reason)}\r\n${fields.join('')}\r\n`, 'latin1')
  socket.write(first)
  server.write(received)
  pipeline(socket, server, socket, () => {
    socket.destroy()
    server.destroy()
  })
}

function refuse({ status, reason, headers, body }: HttpAnswer, socket: Duplex): void {
  const content = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
  const fields = Object.entries({
    ...endToEnd(headers),
    connection: 'close',
    'content-length': String(content.length),
  }).flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}\r\n`))
  const first = `HTTP/1.1 ${status} ${phrase(reason) || STATUS_CODES[status] || ''}\r\n`
  socket.write(`${first}${fields.join('')}\r\n`, 'latin1')
  socket.end(content)
}
