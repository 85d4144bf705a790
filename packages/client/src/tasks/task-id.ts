import { decodeUpid, type Upid as UpidFields } from '@proxkit/schema/upid'
import type { Upid } from '../call-types.js'
import { joinPath } from '../path.js'

/** What the identifier of a task tells. */
export interface TaskId extends UpidFields {
  readonly upid: Upid
  readonly remote?: string
  /** The path of the task, below which its status and log lie. */
  readonly path: string
}

/** Reads the identifier of a task in either grammar, alone or after the name of a remote; `undefined` if it is none. */
export const readTaskId = (text: string): TaskId | undefined => {
  const [, remote, upid] = /^(?:([A-Za-z0-9_][A-Za-z0-9._-]*)!)?(UPID:[^\n]+)$/.exec(text) ?? []
  if (upid === undefined) return undefined
  try {
    // No server writes anything behind the last colon, but other libraries make room for a comment there.
    const fields = decodeUpid(upid.replace(/[^:]*$/, ''))
    const parts =
      remote === undefined
        ? ['nodes', fields.node, 'tasks', text]
        : [fields.taskId === undefined ? 'pve' : 'pbs', 'remotes', remote, 'tasks', text]
    return {
      ...fields,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the pattern has found UPID: in it
      upid: text as Upid,
      ...(remote !== undefined && { remote }),
      path: joinPath('', parts),
    }
  } catch {
    return undefined
  }
}
