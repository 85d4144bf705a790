import net from 'node:net'
import { createSimulator } from '../../src/create-simulator.js'
import { instantClock } from '../../src/engine/clock.js'
import { Random } from '../random.js'
import { randomRequest, smuggled, type HostileRequest } from './random-request.js'
import { readAnswers } from './read-answers.js'

export interface HostileReport {
  readonly requests: number
  readonly answers: number
  readonly faults: readonly string[]
  /** Bytes of the heap in use after a quarter of the requests, and after all of them. */
  readonly heap: { readonly early: number; readonly late: number }
}

interface HostileOptions {
  readonly seed: number
  readonly requests: number
  /** Bytes of the heap in use, after garbage was collected. */
  readonly heapUsed: () => number
}

const connectionsAtOnce = 100
/** Requests that are never answered are waited for: the simulator ends their connections in real time. */
const idleTimeout = 100

/** Sends requests that no client should send to a simulator, and judges every byte that comes back. */
export async function sendHostile({
  seed,
  requests,
  heapUsed,
}: HostileOptions): Promise<HostileReport> {
  const random = new Random(seed)
  const simulator = createSimulator({ clock: instantClock() })
  const { port } = await simulator.listen({ http: true, idleTimeout })
  const faults: string[] = []
  let sent = 0
  let answers = 0
  let early = 0

  async function visit(): Promise<void> {
    while (sent < requests) {
      const batch = Array.from({ length: 1 + random.below(6) }, () => randomRequest(random))
      sent += batch.length
      if (early === 0 && sent > requests / 4) early = heapUsed()
      const pieces = random.chance(0.2) ? 1 + random.below(40) : 1
      const received = await converse(port, { batch, pieces })
      answers += judge(received, { batch, faults })
    }
  }

  await Promise.all(Array.from({ length: connectionsAtOnce }, visit))
  const health = await converse(port, { batch: [healthy], pieces: 1 })
  if (!health.toString().startsWith('HTTP/1.1 200 OK')) faults.push('the simulator is out of order')
  const late = heapUsed()
  await simulator.close()
  return { requests: sent, answers, faults, heap: { early, late } }
}

const healthy: HostileRequest = {
  kind: 'healthy',
  requests: 1,
  bytes: Buffer.from('GET /api2/json/access/domains HTTP/1.1\r\nConnection: close\r\n\r\n'),
}

interface Talk {
  readonly batch: readonly HostileRequest[]
  /** In how many pieces the bytes are sent. */
  readonly pieces: number
}

/** Sends the bytes of some requests over one connection and reads until it ends. */
function converse(port: number, { batch, pieces }: Talk): Promise<Buffer> {
  const bytes = Buffer.concat(batch.map((request) => request.bytes))
  return new Promise((resolve) => {
    const received: Buffer[] = []
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true })
    socket.on('data', (chunk) => received.push(chunk))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve(Buffer.concat(received)))
    const size = Math.max(1, Math.ceil(bytes.length / pieces))
    let at = 0
    const send = (): void => {
      if (at >= bytes.length || !socket.writable) return
      socket.write(bytes.subarray(at, (at += size)), () => setImmediate(send))
    }
    send()
  })
}

function judge(
  received: Buffer,
  { batch, faults }: { readonly batch: readonly HostileRequest[]; readonly faults: string[] },
): number {
  const { count, fault } = readAnswers(received)
  const report = (what: string): void => {
    const kinds = batch.map(({ kind }) => kind).join(', ')
    const text = Buffer.concat(batch.map(({ bytes }) => bytes)).toString('latin1')
    faults.push(`${what}\n  ${kinds}\n  ${JSON.stringify(text.slice(0, 2000))}`)
  }
  if (fault !== undefined) report(fault)
  const most = batch.reduce((sum, { requests }) => sum + requests, 0)
  if (count > most) report(`${count} answers to ${most} requests`)
  if (received.includes(`lookup '${smuggled}'`)) report('a hidden request was answered')
  return count
}
