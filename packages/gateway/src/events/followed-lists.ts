import { type Change, type Clock, looksAt } from '@proxkit/client/server'
import type { Definition } from '@proxkit/schema'

/** The lists of a cluster that can be followed, by the names of their events. */
export const lists = {
  resources: { path: '/cluster/resources', key: 'id' },
  tasks: { path: '/cluster/tasks', key: 'upid' },
} as const

export type ListName = keyof typeof lists

/** What a look at a list has found; the first one that a follower is told of has all of it. */
export interface ListChanges {
  /** The entries that are new or have changed. */
  readonly set: readonly unknown[]
  /** What the entries that are gone were told apart by. */
  readonly removed: readonly string[]
}

export interface Follower {
  looked(list: ListName, changes: ListChanges): void
  /** Nothing comes any more, and why. */
  ended(reason: unknown): void
}

export interface FollowedListsOptions {
  readonly clock: Clock
  readonly read: (path: string, signal: AbortSignal) => Promise<unknown>
  /** Called once, when the last follower has left or a look has failed. */
  readonly onEnd: () => void
}

/** The lists of a cluster as one caller sees them: looked at once for all who follow them, and only while somebody does. */
export class FollowedLists {
  readonly #options: FollowedListsOptions
  readonly #followers = new Set<Follower>()
  readonly #entries = new Map<ListName, Map<string, unknown>>()
  readonly #end = new AbortController()

  constructor(options: FollowedListsOptions) {
    this.#options = options
    const looking = [this.#follow('resources'), this.#follow('tasks')]
    Promise.all(looking).catch((error: unknown) => this.end(error))
  }

  /** Tells what there is, and from then on what has changed, until the function that is returned is called. */
  add(follower: Follower): () => void {
    this.#followers.add(follower)
    for (const [list, entries] of this.#entries) {
      follower.looked(list, { set: [...entries.values()], removed: [] })
    }
    return () => {
      this.#followers.delete(follower)
      if (this.#followers.size === 0) this.end(undefined)
    }
  }

  /** Looks no more, and tells all who follow why. */
  end(reason: unknown): void {
    if (this.#end.signal.aborted) return
    this.#end.abort()
    this.#options.onEnd()
    for (const follower of this.#followers) follower.ended(reason)
    this.#followers.clear()
  }

  async #follow(list: ListName): Promise<void> {
    const { clock, read } = this.#options
    const { signal } = this.#end
    const { path, key } = lists[list]
    const look = { path, clock, read: () => read(path, signal) }
    for await (const changes of looksAt(look, { key, signal })) {
      const entries = this.#entries.get(list) ?? new Map<string, unknown>()
      this.#entries.set(list, entries)
      const found = apply(changes, entries)
      for (const follower of this.#followers) follower.looked(list, found)
    }
  }
}

function apply(changes: readonly Change[], entries: Map<string, unknown>): ListChanges {
  const set: unknown[] = []
  const removed: string[] = []
  for (const change of changes) {
    if (change.kind === 'removed') {
      entries.delete(change.key)
      removed.push(change.key)
    } else {
      entries.set(change.key, change.now)
      set.push(change.now)
    }
  }
  return { set, removed }
}

/** Whether an API has the lists: those of servers without a cluster have not. */
export function canFollow(definition: Definition): boolean {
  return Object.values(lists).every(({ path }) => definition.find('GET', path) !== undefined)
}
