import { createSimulator, type Simulator } from '../../src/create-simulator.js'
import { instantClock } from '../../src/engine/clock.js'
import type { Listener } from '../../src/engine/http/listen.js'
import type { NodeFault } from '../../src/pve/state.js'
import { differences } from './compare.js'
import { pause, RawConnection, type Answer } from './raw-connection.js'
import { passwords, recordedSeed, recordedStart, type Exchange } from './recorded.js'

/** How long a silent connection lives here, in milliseconds; the recorded server waits for five seconds. */
export const idleTimeout = 1000

/** What is asked of a simulator here. */
export type ReplayTarget = Pick<
  Simulator,
  'listen' | 'fetch' | 'transport' | 'snapshot' | 'restore' | 'idle' | 'close'
>

/** A simulator with the state of the recorded server, where nobody waits. */
export function createRecorded(): ReplayTarget {
  return createSimulator({
    seed: recordedSeed(),
    clock: instantClock({ start: recordedStart('http.json') }),
    rootPassword: passwords['root@pam'] ?? '',
  })
}

const missingImage = 'ide2: local:iso/none.iso,media=cdrom\n'

/** A simulator that stands where the recorded server stood, asked in the recorded order. */
export class Replay implements AsyncDisposable {
  readonly #simulator: ReplayTarget
  readonly listener: Listener
  readonly #sessions = new Map<string, { ticket: string; csrf: string }>()
  /** Identifiers of recorded tasks and of ours. */
  readonly #upids = new Map<string, string>()
  readonly #faults = new Map<string, NodeFault | undefined>()
  #challenge = ''

  private constructor(simulator: ReplayTarget, listener: Listener) {
    this.#simulator = simulator
    this.listener = listener
  }

  static async start(target: ReplayTarget): Promise<Replay> {
    const snapshot = target.snapshot()
    // The recorded storages were empty, whatever the configurations of guests name.
    const backings = snapshot.backings.map((backing) => ({ ...backing, volumes: [] }))
    target.restore({ ...snapshot, backings })
    return new Replay(target, await target.listen({ idleTimeout }))
  }

  /** Makes an exchange and tells what differs from its recording. */
  async exchange(exchange: Exchange): Promise<string[]> {
    await this.#arrange(exchange.id)
    const request = await this.#request(exchange.request)
    const connection = await RawConnection.open({
      port: this.listener.port,
      plain: exchange.transport === 'http',
    })
    try {
      connection.sendText(request)
      const answer = await connection.answer()
      if (!exchange.response || !answer) {
        return exchange.response || answer
          ? [
              `${answer?.statusLine ?? 'no answer'} in place of ${exchange.response?.status_line ?? 'no answer'}`,
            ]
          : []
      }
      const second = exchange.id === 'protocol/two-requests-on-one-connection'
      const ours = second ? withNext(answer, await connection.answer()) : answer
      this.#learn(exchange.response.body, ours.body)
      const found = differences(exchange.response, ours)
      const closed = await connection.endsWithin(exchange.closed_by_server ? idleTimeout / 2 : 5)
      if (closed !== exchange.closed_by_server) {
        found.push(closed ? 'ended the connection' : 'kept the connection open')
      }
      await this.#simulator.idle()
      return found
    } finally {
      connection.destroy()
    }
  }

  /** Sends requests over one connection; a number is a pause. Tells status and Connection fields of each. */
  async sequence(steps: readonly (string | number)[]): Promise<string[]> {
    const connection = await RawConnection.open({ port: this.listener.port })
    const answers: string[] = []
    for (const step of steps) {
      if (typeof step === 'number') {
        await pause(step)
        continue
      }
      connection.send(await this.#request(step))
      const answer = await connection.answer()
      answers.push(answer ? summary(answer) : 'closed')
      if (!answer) break
    }
    connection.destroy()
    return answers
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#simulator.close()
  }

  /** What happened to the recorded cluster between two exchanges. */
  async #arrange(id: string): Promise<void> {
    if (id === 'proxy/wrong-node-behind-the-address-loop') this.#readdress('pve5')
    // No machine could be started there, and no shell of another node be reached.
    if (id === 'proxy/remote-protected-call') this.#breakStart('nodes/pve2/qemu-server/300.conf')
    if (id === 'proxy/remote-with-ticket') this.#mendStart('nodes/pve2/qemu-server/300.conf')
    if (id === 'task/start-vm-100') this.#breakStart('nodes/pve1/qemu-server/100.conf')
    this.#setFault('pve2', id === 'proxy/upload-to-remote-node' ? 'refused' : undefined)
    if (id === 'api-error/vm-does-not-exist-config') {
      await this.#simulator.transport({ user: 'alice@pve' }).send({
        verb: 'POST',
        path: '/nodes/pve1/qemu/100/config',
        params: { description: 'x' },
      })
      await this.#simulator.idle()
    }
  }

  /** Gives a node the address of the first one, and takes its fault. */
  #readdress(name: string): void {
    const snapshot = this.#simulator.snapshot()
    const { [name]: node, pve1, ...others } = snapshot.nodes
    if (!node || !pve1) throw new Error(`no node ${name} in the seed`)
    const { fault: _, ...well } = node
    const nodes = { pve1, [name]: { ...well, ip: pve1.ip }, ...others }
    this.#simulator.restore({ ...snapshot, nodes })
  }

  #breakStart(path: string): void {
    this.#changeConfig(path, (text) => text + missingImage)
  }

  #mendStart(path: string): void {
    this.#changeConfig(path, (text) => text.replace(missingImage, ''))
  }

  #changeConfig(path: string, change: (text: string) => string): void {
    const snapshot = this.#simulator.snapshot()
    const config = { ...snapshot.config, [path]: change(snapshot.config[path] ?? '') }
    this.#simulator.restore({ ...snapshot, config })
  }

  #setFault(name: string, fault: NodeFault | undefined): void {
    if (this.#faults.get(name) === fault) return
    this.#faults.set(name, fault)
    const snapshot = this.#simulator.snapshot()
    const { [name]: node, ...others } = snapshot.nodes
    if (!node) throw new Error(`no node ${name} in the seed`)
    const { fault: _, ...well } = node
    const nodes = { ...others, [name]: { ...well, ...(fault && { fault }) } }
    // The first node in the list stays the one that clients reach.
    this.#simulator.restore({ ...snapshot, nodes: { pve1: nodes.pve1 ?? node, ...nodes } })
  }

  /** The request with tickets and task identifiers of this cluster. */
  async #request(recorded: string): Promise<string> {
    let text = expand(recorded)
    for (const [whole, kind = '', user = ''] of recorded.matchAll(/\{\{(\w+):([^}]*)\}\}/g)) {
      text = text.replace(whole, await this.#placeholder(kind, user))
    }
    for (const [theirs, ours] of this.#upids) {
      text = text.replaceAll(theirs, ours).replaceAll(escape(theirs), escape(ours))
    }
    if (text === recorded) return text
    const length = text.length - text.indexOf('\r\n\r\n') - 4
    return length > 0 ? text.replace(/Content-Length: \d+/, `Content-Length: ${length}`) : text
  }

  async #placeholder(kind: string, user: string): Promise<string> {
    if (kind === 'TFA') return escape(this.#challenge)
    const { ticket, csrf } = await this.#session(user)
    if (kind === 'CSRF') return csrf
    return kind === 'RAWTICKET' ? ticket : escape(ticket)
  }

  async #session(user: string): Promise<{ ticket: string; csrf: string }> {
    const known = this.#sessions.get(user)
    if (known) return known
    const form = new URLSearchParams({ username: user, password: passwords[user] ?? '' })
    const answer = await this.#simulator.fetch(
      new Request('https://pve1/api2/json/access/ticket', { method: 'POST', body: form }),
    )
    const { data }: { data: { ticket: string; CSRFPreventionToken: string } } = JSON.parse(
      await answer.text(),
    )
    const session = { ticket: data.ticket, csrf: data.CSRFPreventionToken }
    this.#sessions.set(user, session)
    return session
  }

  #learn(recorded: string, ours: string): void {
    const upid = /^\{"data":"(UPID:[^"]*)"/
    const [theirs, own] = [upid.exec(recorded)?.[1], upid.exec(ours)?.[1]]
    if (theirs !== undefined && own !== undefined) this.#upids.set(theirs, own)
    const challenge = /"ticket":"(PVE:!tfa![^}]*}[^"]*)"/.exec(ours.replaceAll(String.raw`\"`, '"'))
    if (challenge) this.#challenge = JSON.parse(ours).data.ticket
  }
}

function withNext(first: Answer, second: Answer | undefined): Answer {
  const head = [second?.statusLine, ...(second?.headers ?? []).map((field) => field.join(': '))]
  return { ...first, body: `${first.body}${head.join('\r\n')}\r\n\r\n${second?.body}` }
}

function summary({ statusLine, headers }: Answer): string {
  const connection = headers.filter(([name]) => name === 'Connection')
  return `${statusLine} | ${connection.map((field) => field.join(': ')).join(', ')}`
}

/** A long run of one letter is recorded in short, with the length of the whole request. */
function expand(text: string): string {
  const end = '\r\n\r\n'
  const [short = '', letter = '', length = ''] = /(\w)\.\.\.\((\d+) bytes in all\)/.exec(text) ?? []
  if (short === '') return text
  const rest = text.length - short.length + end.length
  return text.replace(short, letter.repeat(Number(length) - rest)) + end
}

/** Percent-encoding as the recording client did it. */
function escape(text: string): string {
  return encodeURIComponent(text).replaceAll('!', '%21')
}
