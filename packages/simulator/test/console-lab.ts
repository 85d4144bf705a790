import { WebSocket } from 'ws'
import { createSimulator, type Simulator } from '../src/create-simulator.js'
import { manualClock, type ManualClock } from '../src/engine/clock.js'
import type { Listener } from '../src/engine/http/listen.js'
import type { Seed } from '../src/seeds/seed.js'
import { callAs, type ApiCaller } from './api-caller.js'

/** A cluster with an open port, and a clock that stands still, for tests of consoles. */
export interface ConsoleLab {
  readonly simulator: Simulator
  readonly clock: ManualClock
  readonly listener: Listener
  readonly root: ApiCaller
  /** Opens a console and connects to it, as the same user. */
  readonly connect: (call: `POST ${string}`, options?: ConnectOptions) => Promise<Viewer>
  /** How the task ended, and what it logged before its last line. */
  readonly ended: (upid: string) => Promise<{ status: string | undefined; log: string[] }>
}

interface ConnectOptions {
  readonly params?: Readonly<Record<string, string | number>>
  readonly user?: string
}

export interface Viewer {
  readonly socket: WebSocket
  /** Tries to come in by the same way again. */
  readonly reconnect: () => WebSocket
  readonly user: string
  readonly ticket: string
  readonly upid: string
  readonly password: string
  /** Everything that came so far, once it fits. */
  readonly until: (fits: (received: Buffer) => boolean) => Promise<Buffer>
  /** Resolves when the connection has ended. */
  readonly closed: Promise<void>
}

export async function consoleLab(seed: Partial<Seed> = {}): Promise<ConsoleLab> {
  const clock = manualClock()
  const simulator = createSimulator({
    clock,
    rootPassword: 'secret',
    seed: { cluster: 'lab', nodes: { pve1: {}, pve2: {} }, ...seed },
  })
  const listener = await simulator.listen({ http: true })
  return {
    simulator,
    clock,
    listener,
    root: callAs(simulator),
    async connect(call, { params, user = 'root@pam' } = {}) {
      const opened = Object(await callAs(simulator, user)(call, params))
      const path = call.slice('POST '.length).replace(/\w+$/, 'vncwebsocket')
      const query = new URLSearchParams({ port: opened.port, vncticket: opened.ticket })
      const headers = { Cookie: await cookie(listener, user) }
      const url = `ws://127.0.0.1:${listener.port}/api2/json${path}?${query.toString()}`
      const reconnect = (): WebSocket => new WebSocket(url, 'binary', { headers })
      return { ...opened, reconnect, ...watch(reconnect()) }
    },
    async ended(upid) {
      await simulator.idle()
      const record = simulator.snapshot().tasks.find((task) => task.upid === upid)
      return { status: record?.exitStatus, log: record?.log.slice(0, -1) ?? [] }
    },
  }
}

async function cookie({ url }: Listener, username: string): Promise<string> {
  const body = new URLSearchParams({ username, password: 'secret' })
  const answer = await fetch(`${url}/api2/json/access/ticket`, { method: 'POST', body })
  const { data } = Object(await answer.json())
  return `PVEAuthCookie=${encodeURIComponent(data.ticket)}`
}

function watch(socket: WebSocket): Pick<Viewer, 'socket' | 'until' | 'closed'> {
  let received = Buffer.alloc(0)
  let look: (() => void) | undefined
  socket.on('message', (data: Buffer) => {
    received = Buffer.concat([received, data])
    look?.()
  })
  // Whoever waits for more hears of an error as the end that it is.
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve())
  })
  return {
    socket,
    closed,
    until: (fits) =>
      new Promise((resolve, reject) => {
        look = () => {
          if (fits(received)) resolve(received)
        }
        look()
        void closed.then(() =>
          reject(new Error(`the console ended after ${JSON.stringify(received.toString())}`)),
        )
      }),
  }
}
