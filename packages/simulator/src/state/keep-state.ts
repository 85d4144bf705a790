import type { Clock } from '../engine/clock.js'
import type { ClusterState, StateKind } from '../pve/state.js'
import { recordOf } from './records.js'
import type { StateFile, StateWrite } from './state-file.js'

/** Real milliseconds after which a change is written that no answer waits for. */
const quiet = 100

export interface KeptState {
  /** Resolves when everything that was changed so far is on disk; undefined where it is already. */
  readonly settle: () => Promise<void> | undefined
  /** Writes what is left and closes the file. */
  readonly close: () => void
}

/** Writes to a file what changes in a state from now on, all that waits in one transaction. */
export function keepState(state: ClusterState, file: StateFile, clock: Clock): KeptState {
  const changed = new Map<StateKind, Set<string>>()
  let settling: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  state.onChange = (kind, key) => {
    const keys = changed.get(kind)
    if (keys) keys.add(key)
    else changed.set(kind, new Set([key]))
    // What a task does on its own is written too; where that fails, the next answer tells.
    timer ??= setTimeout(() => void settle()?.catch(() => {}), quiet).unref()
  }

  function write(): void {
    clearTimeout(timer)
    timer = undefined
    if (changed.size === 0) return
    file.write(changesOf(state, changed, clock.now()))
    changed.clear()
  }

  function settle(): Promise<void> | undefined {
    if (changed.size === 0) return settling
    settling ??= new Promise((resolve, reject) => {
      // Calls that are answered in the same turn share one write to the disk.
      setImmediate(() => {
        settling = undefined
        try {
          write()
          resolve()
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)))
        }
      })
    })
    return settling
  }

  return {
    settle,
    close: () => {
      try {
        write()
      } finally {
        state.onChange = undefined
        clearTimeout(timer)
        file.close()
      }
    },
  }
}

function changesOf(
  state: ClusterState,
  changed: ReadonlyMap<StateKind, ReadonlySet<string>>,
  time: number,
): StateWrite {
  const files: StateWrite['files'][number][] = []
  const records: StateWrite['records'][number][] = []
  for (const [kind, keys] of changed) {
    for (const key of keys) {
      if (kind === 'file') files.push({ path: key, text: state.config.read(key) })
      else records.push({ kind, key, value: recordOf(state, kind, key) })
    }
  }
  return { files, records, time }
}
