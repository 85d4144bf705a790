import { createSimulator, type Simulator } from '../../src/create-simulator.js'
import type { Clock } from '../../src/engine/clock.js'
import type { StoredVolume } from '../../src/pve/storage/backing.js'
import type { GuestBehaviour } from '../../src/pve/guest/behaviour.js'
import { withSortedNames } from '../../src/engine/sorted-entries.js'
import { passwords } from '../http-exchanges/recorded.js'
import {
  comparableBody,
  masked,
  withoutToolFigures,
  withoutUnreported,
  withSortedOptions,
} from './comparable.js'
import { mendedFiles } from './mended-files.js'
import {
  belowEtcPve,
  goldenSeed,
  localVolumes,
  readRecording,
  type GoldenParameters,
  type GoldenVector,
  type Recording,
} from './recording.js'

/** In what an answer, the task that it started or a file differs: what, as recorded, as here. */
export type Difference = readonly [what: string, recorded: string, ours: string]

export interface Replayed {
  /** How many requests were sent. */
  readonly sent: number
  /** By the ids of the exchanges that end in another way. */
  readonly differences: ReadonlyMap<string, readonly Difference[]>
  /** Exchanges with the same members of a list in another order: the original often has that of a hash. */
  readonly reordered: readonly string[]
}

/** Sends the requests of a recording in order. */
export async function replayGolden(name: string): Promise<Replayed> {
  const recording = readRecording(name)
  await using replay = new GoldenReplay(recording)
  const differences = new Map<string, readonly Difference[]>()
  let sent = 0
  for (const vector of recording.vectors) {
    if (vector.setup) {
      replay.setUp(vector.setup)
      continue
    }
    sent += 1
    const found = await replay.compare(vector)
    if (found.length > 0) differences.set(vector.id, found)
    const mend = mendedFiles[name]?.[vector.id]
    if (mend) replay.mend(mend)
  }
  return { sent, differences, reordered: replay.reordered }
}

const opaque =
  /UPID:[^"\s]+:|[\da-f]{40}|[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}|(?<=vzdump-\w+-\d+-)\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d/g

class GoldenReplay {
  readonly #simulator: Simulator
  readonly #clock = createRecordedClock()
  readonly #recording: Recording
  readonly #unordered: ReadonlySet<string>
  /** What stood in our answers in the place of recorded identifiers: later requests name ours. */
  readonly #ours = new Map<string, string>()
  readonly #headers = new Map<string, Record<string, string>>()
  readonly #tokens: Map<string, string>
  readonly reordered: string[] = []

  constructor(recording: Recording) {
    this.#recording = recording
    const times = recording.vectors.flatMap((vector) => startOf(vector) ?? [])
    if (times.length > 0) this.#clock.set(Math.min(...times) - 60_000)
    const seed = goldenSeed(recording)
    this.#simulator = createSimulator({
      seed,
      clock: this.#clock,
      rootPassword: passwords['root@pam'] ?? '',
    })
    const volumes = localVolumes(recording)
    if (volumes.length > 0) this.#putLocal(volumes)
    if (!readsServices(recording)) this.#stopManagers()
    this.#shrinkImages()
    this.#tokens = new Map(
      (seed.files?.['priv/token.cfg'] ?? '')
        .split('\n')
        .map((line): [string, string] => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? '']),
    )
    this.#unordered = new Set(
      (recording.meta.unordered?.lists ?? []).map((list) => list.split(' ')[1] ?? ''),
    )
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#simulator.close()
  }

  setUp(setup: Readonly<Record<string, unknown>>): void {
    this.#script(setup)
    const { write, text } = setup
    if (typeof write !== 'string' || typeof text !== 'string') return
    this.#add(belowEtcPve({ [write]: text }))
  }

  #putLocal(volumes: readonly StoredVolume[]): void {
    const snapshot = this.#simulator.snapshot()
    const backings = snapshot.backings.map((backing) =>
      backing.key === 'dir:pve1:/var/lib/vz' ? { ...backing, volumes } : backing,
    )
    this.#simulator.restore({ ...snapshot, backings })
  }

  /** Nobody managed high availability where the recordings were made. */
  #stopManagers(): void {
    const snapshot = this.#simulator.snapshot()
    const stoppedServices = ['pve-ha-crm', 'pve-ha-lrm']
    const nodes = Object.entries(snapshot.nodes).map(([name, node]) => [
      name,
      { ...node, stoppedServices },
    ])
    this.#simulator.restore({ ...snapshot, nodes: Object.fromEntries(nodes) })
  }

  #add(more: Readonly<Record<string, string>>): void {
    this.mend((files) => ({ ...files, ...more }))
  }

  /** A switch of the recorded fake guest. */
  #script(setup: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(setup)) {
      const vmid = /^fake guest (\d+)$/.exec(name)?.[1]
      if (vmid === undefined) continue
      const { noagent, ignore_powerdown: ignores, fail_start: failure } = Object(value)
      const snapshot = this.#simulator.snapshot()
      const behaviour: GuestBehaviour = {
        ...(noagent === 1 && { agentAfter: 'never' }),
        ...(ignores === 1 && { shutdownAfter: 'never' }),
        ...(failure !== undefined && { startFailure: String(failure) }),
      }
      const behaviours = { ...snapshot.behaviours, [vmid]: behaviour }
      this.#simulator.restore({ ...snapshot, behaviours })
    }
  }

  /** A seed tells of an image how large it is to a guest; the recorded ones were empty files. */
  #shrinkImages(): void {
    const snapshot = this.#simulator.snapshot()
    const backings = snapshot.backings.map((backing) => ({
      ...backing,
      volumes: backing.volumes.map((volume) =>
        /^import\/.*\.qcow2$/.test(volume.name) ? { ...volume, used: emptyImage } : volume,
      ),
    }))
    this.#simulator.restore({ ...snapshot, backings })
  }

  /** Changes files of `/etc/pve` behind everybody's back. */
  mend(
    change: (files: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
  ): void {
    const snapshot = this.#simulator.snapshot()
    this.#simulator.restore({ ...snapshot, config: change(snapshot.config) })
  }

  async compare({ id, user, request, response, task, files }: GoldenVector): Promise<Difference[]> {
    if (!request || !response) return [['vector', 'a request', 'none']]
    // These files were written by hand in the middle of the recording, before these exchanges.
    if (/with-(?:legacy-cron-entry|made-up-manager-status)$|^sdn\/095-/.test(id)) {
      this.#add(belowEtcPve(this.#recording.meta.setup_files ?? {}))
    }
    this.#clock.set(startOf({ task, response }))
    const answer = await this.#send(user, request)
    const recorded = response.body ?? ''
    const body = withoutUnreported(recorded, await answer.text())
    await this.#simulator.idle()
    const line = `HTTP/1.1 ${answer.status} ${answer.statusText}`
    this.#learn(recorded, body)
    const differences: Difference[] = []
    const compare = (what: string, recorded: string, ours: string): void => {
      const [want, got] = [masked(this.#translate(recorded)), masked(ours)]
      if (want !== got) differences.push([what, want, got])
    }
    const varies = this.#recording.meta.unordered?.messages_that_vary?.includes(id) ?? false
    if (!varies) compare('status', response.status_line, line)
    // Order is told by the recording for some lists; the original's hashes have none anywhere.
    if (!varies && comparableBody(recorded, true) !== comparableBody(body, true)) {
      differences.push(['body', comparableBody(recorded, false), comparableBody(body, false)])
    } else if (
      !varies &&
      !this.#unordered.has(request.path) &&
      comparableBody(recorded, false) !== comparableBody(body, false)
    ) {
      this.reordered.push(id)
    }
    const upid: unknown = dataOf(body)
    if (task && typeof upid === 'string' && upid.startsWith('UPID:')) {
      const record = this.#simulator.snapshot().tasks.find((known) => known.upid === upid)
      const [want, got] = [task.log ?? [], record?.log ?? []]
      this.#learn(want.join('\n'), got.join('\n'))
      compare('exitstatus', task.status?.exitstatus ?? '', record?.exitStatus ?? '')
      compare('log', printed(want), printed(got))
    }
    const { config, nodes } = this.#simulator.snapshot()
    for (const [path, text] of Object.entries(files ?? {})) {
      if (text !== null && typeof text !== 'string') continue
      const ours = path.startsWith('/etc/pve/')
        ? config[path.slice('/etc/pve/'.length)]
        : nodes.pve1?.files[path]
      // Passwords are kept in a form of our own.
      if (!path.startsWith('/etc/') || path.endsWith('/shadow.cfg')) continue
      if (text === null) {
        if (ours !== undefined) differences.push([`file ${path}`, 'gone', ours])
      } else if (ours === undefined) differences.push([`file ${path}`, text, 'gone'])
      else {
        compare(`file ${path}`, withSortedLists(text), withSortedLists(ours))
      }
    }
    return differences
  }

  async #send(
    user: string | undefined,
    {
      method,
      path,
      query,
      body,
      content_type: type = 'application/x-www-form-urlencoded',
      raw_body: raw,
    }: NonNullable<GoldenVector['request']>,
  ): Promise<Response> {
    const whole = path.startsWith('/api2/') ? path : `/api2/json${path}`
    const target = whole
      .split('/')
      .map((part) => encodeURIComponent(this.#translate(decodeURIComponent(part))))
      .join('/')
    const search = this.#form(query)
    const hasBody = method === 'POST' || method === 'PUT'
    return this.#simulator.fetch(
      new Request(`https://pve1:8006${target}${search === '' ? '' : `?${search}`}`, {
        method,
        headers: {
          ...(await this.#identity(user)),
          ...(hasBody && { 'Content-Type': type }),
        },
        ...(hasBody && { body: raw ?? this.#form(body) }),
      }),
    )
  }

  async #identity(user: string | undefined): Promise<Record<string, string>> {
    if (user === undefined || user === '-' || user === 'none') return {}
    if (user.includes('!')) {
      const name = user.replace(/^token /, '')
      return { Authorization: `PVEAPIToken=${name}=${this.#tokens.get(name) ?? ''}` }
    }
    const known = this.#headers.get(user)
    if (known) return known
    const answer = await this.#simulator.fetch(
      new Request('https://pve1:8006/api2/json/access/ticket', {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: formOf({ username: user, password: passwords[user] ?? 'unknown' }),
      }),
    )
    const data = Object(dataOf(await answer.text()))
    const headers = {
      Cookie: `PVEAuthCookie=${encodeURIComponent(String(data.ticket))}`,
      CSRFPreventionToken: String(data.CSRFPreventionToken),
    }
    this.#headers.set(user, headers)
    return headers
  }

  #form(parameters: GoldenParameters | string | undefined): string {
    return this.#translate(typeof parameters === 'string' ? parameters : formOf(parameters ?? {}))
  }

  #translate(text: string): string {
    return text.replaceAll(opaque, (known) => this.#ours.get(known) ?? known)
  }

  #learn(recorded: string, ours: string): void {
    const [a, b] = [recorded.match(opaque) ?? [], ours.match(opaque) ?? []]
    if (a.length !== b.length) return
    for (const [index, known] of a.entries()) {
      const mine = b[index]
      const isLike = mine !== undefined && shapeOf(mine) === shapeOf(known)
      if (isLike && !this.#ours.has(known)) this.#ours.set(known, mine)
    }
    const token = Object(dataOf(ours))
    if (typeof token['full-tokenid'] === 'string') {
      this.#tokens.set(token['full-tokenid'], String(token.value))
    }
  }
}

/** A stand-in told of all services that they run. */
function readsServices({ vectors }: Recording): boolean {
  return vectors.some(({ request }) => request?.path.includes('/services') ?? false)
}

function printed(log: readonly string[]): string {
  return withoutToolFigures(log).map(withSortedOptions).join('\n')
}

function shapeOf(text: string): string {
  return text.startsWith('UPID') ? 'UPID' : text.replaceAll(/[\da-f]/g, '0')
}

/** Sets of nodes and kinds of content come in the order of a hash, as do the options of a firewall and what is JSON. */
function withSortedLists(text: string): string {
  if (text.startsWith('{')) return JSON.stringify(withSortedNames(JSON.parse(text)))
  return text
    .replaceAll(/(?<=^\t(?:nodes|exitnodes|content) ).*,.*$/gm, (list) =>
      list.split(',').toSorted().join(','),
    )
    .replace(/(?<=^\[OPTIONS\]\n\n)(?:.+\n)+/, (lines) => lines.split('\n').toSorted().join('\n'))
}
/** Bytes that `qemu-img` 7.2 makes an empty image of. */
const emptyImage = 196_616

interface RecordedClock extends Clock {
  set(milliseconds: number | undefined): void
}

/** Nobody waits, and the time is what it was when the original did the same. */
function createRecordedClock(): RecordedClock {
  let now = Date.UTC(2026, 10, 21, 2)
  return {
    now: () => now,
    set(milliseconds) {
      if (milliseconds !== undefined) now = milliseconds
    },
    // Nothing is due while a recording is replayed.
    alarm: () => () => {},
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted()
      now += milliseconds
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
      signal?.throwIfAborted()
    },
  }
}

/** When the original began, as far as the recording tells. */
function startOf({
  task,
  response,
}: {
  readonly task?: GoldenVector['task'] | undefined
  readonly response?: GoldenVector['response'] | undefined
}): number | undefined {
  for (const line of task?.log ?? []) {
    const time = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(line)
    if (time) return Date.parse(`${time[1]}T${time[2]}Z`)
  }
  const upid = /UPID:[^:]+:[\dA-F]+:[\dA-F]+:([\dA-F]{8}):/.exec(response?.body ?? '')?.[1]
  return upid === undefined || upid === '00000001' ? undefined : Number.parseInt(upid, 16) * 1000
}

function dataOf(body: string): unknown {
  try {
    return Object(JSON.parse(body)).data
  } catch {
    return undefined
  }
}

function formOf(parameters: GoldenParameters): string {
  return Object.entries(parameters)
    .flatMap(([key, value]) =>
      (typeof value === 'object' ? [...value] : [value]).map(
        (single) => `${encodeURIComponent(key)}=${encodeURIComponent(String(single))}`,
      ),
    )
    .join('&')
}
