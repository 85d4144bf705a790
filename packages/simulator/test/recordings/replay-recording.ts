import { isDeepStrictEqual } from 'node:util'
import { createSimulator, type Simulator } from '../../src/create-simulator.js'
import { instantClock } from '../../src/engine/clock.js'
import type { Interaction, Recording } from './read-recordings.js'
import { recordedSeed, rootPassword, token } from './recorded-seed.js'

export interface Replayed {
  /** `TestQEMULifecycle 3 GET /nodes/pve/qemu`. */
  readonly id: string
  readonly differences: readonly string[]
  /** The call before it, or itself, whose answer is only sampled: what follows cannot be the same. */
  readonly missing: string | undefined
}

/** Makes the recorded requests of a simulated cluster, in order, and compares the answers. */
export async function replayRecording({ name, interactions }: Recording): Promise<Replayed[]> {
  const hasToken = interactions[0]?.request.headers.Authorization !== undefined
  await using simulator = createSimulator({
    seed: recordedSeed({ hasToken }),
    clock: instantClock(),
    annotate: true,
    rootPassword,
  })
  const session = new Session(simulator)
  const replayed: Replayed[] = []
  let missing: string | undefined
  for (const interaction of interactions) {
    const { method, url } = interaction.request
    const path = url.replace(/^.*?\/api2\/json/, '').replaceAll(/UPID:\S+?:(?=\/)/g, 'UPID')
    const { differences, isSampled } = await session.compare(interaction)
    const own = isSampled ? `${method} ${path}` : undefined
    if (method !== 'GET') missing ??= own
    const id = `${name} ${interaction.id} ${method} ${path}`
    replayed.push({ id, differences, missing: missing ?? own })
  }
  return replayed
}

interface Comparison {
  readonly differences: readonly string[]
  readonly isSampled: boolean
}

interface Answer {
  readonly status: string
  readonly fields: Readonly<Record<string, string | undefined>>
  readonly body: unknown
  readonly level?: string | null
}

const comparedFields = ['Cache-Control', 'Content-Type', 'Pragma', 'Server'] as const

class Session {
  readonly #simulator: Simulator
  readonly #tasks = new Map<string, string>()
  #ticket = ''
  #csrf = ''

  constructor(simulator: Simulator) {
    this.#simulator = simulator
  }

  async compare({ request, response }: Interaction): Promise<Comparison> {
    const recorded: Answer = {
      status: response.status,
      fields: Object.fromEntries(comparedFields.map((name) => [name, response.headers[name]?.[0]])),
      body: JSON.parse(response.body),
    }
    const ours = await this.#send(request)
    await this.#simulator.idle()
    this.#learn(recorded.body, ours.body)
    const found: string[] = []
    const report = (what: string, a: unknown, b: unknown): void => {
      if (!isDeepStrictEqual(a, b)) {
        found.push(`${what}: recorded ${JSON.stringify(a)}, ours ${JSON.stringify(b)}`)
      }
    }
    report('status', recorded.status, ours.status)
    report('fields', recorded.fields, ours.fields)
    const isRunning = statusOf(recorded.body) === 'running'
    report('body', comparable(recorded.body, { isRunning }), comparable(ours.body, { isRunning }))
    return { differences: found, isSampled: ours.level === 'sampled' }
  }

  async #send({ method, url, body, headers }: Interaction['request']): Promise<Answer> {
    let content = body ?? ''
    if (url.endsWith('/access/ticket')) {
      content = content.replace('REDACTED', encodeURIComponent(rootPassword))
    }
    content = content.replace('password=REDACTED', 'password=longenough')
    let type = headers['Content-Type']?.[0]
    if (content.startsWith('[multipart')) [content, type] = uploadForm()
    let address = url
    for (const [theirs, own] of this.#tasks) address = address.replace(theirs, own)
    const answer = await this.#simulator.fetch(
      new Request(address, {
        method,
        headers: {
          ...(type !== undefined && { 'Content-Type': type }),
          ...(headers.Authorization && { Authorization: `PVEAPIToken=${token}` }),
          Cookie: `PVEAuthCookie=${encodeURIComponent(this.#ticket)}`,
          CSRFPreventionToken: this.#csrf,
        },
        ...(method !== 'GET' && method !== 'DELETE' && { body: content }),
      }),
    )
    return {
      status: `${answer.status} ${answer.statusText}`,
      fields: Object.fromEntries(
        comparedFields.map((name) => [name, answer.headers.get(name) ?? undefined]),
      ),
      body: await answer.json(),
      level: answer.headers.get('X-Proxkit-Level'),
    }
  }

  #learn(recorded: unknown, ours: unknown): void {
    const [theirs, own] = [dataOf(recorded), dataOf(ours)]
    if (typeof theirs === 'string' && typeof own === 'string') this.#tasks.set(theirs, own)
    if (isRecord(own) && typeof own.ticket === 'string') {
      this.#ticket = own.ticket
      this.#csrf = String(own.CSRFPreventionToken)
    }
  }
}

function uploadForm(): [content: string, type: string] {
  const parts = ['name="content"\r\n\r\niso', 'name="filename"; filename="a.iso"\r\n\r\n1']
  const form = parts.map((part) => `--x\r\nContent-Disposition: form-data; ${part}\r\n`).join('')
  return [`${form}--x--\r\n`, 'multipart/form-data; boundary=x']
}

/** What no two clusters have in common: identifiers, times, the release, and figures of the machines. */
const volatile =
  /^(?:ticket|CSRFPreventionToken|upid|pid|pstart|starttime|timestamp|uptime|digest|version|repoid|release|cpu|mem|memhost|disk|maxcpu|maxmem|maxdisk|netin|netout|diskread|diskwrite)$/

/**
 * An answer without what is volatile, lists in an order of their own. How long a task takes is no rule either: what was
 * seen while it ran is compared but for its state.
 */
function comparable(value: unknown, options: { readonly isRunning: boolean }): unknown {
  if (typeof value === 'string') {
    const text = value.replaceAll(
      /UPID:([^:"\s]+):[\dA-F]{8}:[\dA-F]{8,9}:[\dA-F]{8}:/g,
      'UPID:$1:…:',
    )
    return /^[a-z]+(?:,[a-z]+)+$/.test(text) ? text.split(',').toSorted().join(',') : text
  }
  if (Array.isArray(value)) {
    return value
      .map((element) => comparable(element, options))
      .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !options.isRunning || !/^(?:exit)?status$/.test(key))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, volatile.test(key) ? '…' : comparable(member, options)]),
  )
}

function statusOf(body: unknown): unknown {
  const data = dataOf(body)
  return isRecord(data) ? data.status : undefined
}

function dataOf(body: unknown): unknown {
  return isRecord(body) ? body.data : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
