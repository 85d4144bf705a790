import type { Resource, TaskEntry } from './entries.js'
import { serverEvents } from './server-events.js'
import { Refused, refusedBy } from './session.js'

/** What the page knows of the cluster. */
export interface ClusterState {
  readonly resources: ReadonlyMap<string, Resource>
  readonly tasks: ReadonlyMap<string, TaskEntry>
}

interface Changes<Entry> {
  readonly set: readonly Entry[]
  readonly removed: readonly string[]
}

/** Follows the cluster until the signal ends it. Throws `Refused` when the server says no, or that it goes. */
export async function followCluster(
  show: (state: ClusterState) => void,
  signal: AbortSignal,
): Promise<void> {
  const answer = await fetch('/events', { signal })
  if (!answer.ok || !answer.body) throw await refusedBy(answer)
  const resources = new Map<string, Resource>()
  const tasks = new Map<string, TaskEntry>()
  const text = answer.body.pipeThrough(new TextDecoderStream())
  for await (const { name, data } of serverEvents(piecesOf(text))) {
    if (name === 'end') {
      const { status, detail }: { status: number; detail: string } = JSON.parse(data)
      throw new Refused(status, detail)
    }
    if (name === 'resources') apply(JSON.parse(data), { entries: resources, keyOf: ({ id }) => id })
    if (name === 'tasks') apply(JSON.parse(data), { entries: tasks, keyOf: ({ upid }) => upid })
    show({ resources, tasks })
  }
}

function apply<Entry>(
  { set, removed }: Changes<Entry>,
  { entries, keyOf }: { entries: Map<string, Entry>; keyOf: (entry: Entry) => string },
): void {
  for (const key of removed) entries.delete(key)
  for (const entry of set) entries.set(keyOf(entry), entry)
}

/** Streams are not iterable in every browser. */
async function* piecesOf(stream: ReadableStream<string>): AsyncGenerator<string> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}
