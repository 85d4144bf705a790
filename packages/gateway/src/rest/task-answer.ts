import { createClient, TaskError, TimeoutError } from '@proxkit/client'
import type { Transport } from '@proxkit/schema'
import { decodeUpid, type Upid } from '@proxkit/schema/upid'
import type { RestAnswer } from './answer-call.js'
import { Refusal } from './refusal.js'
import { statusOfText } from './status-of.js'
import { toRefusal } from './to-refusal.js'

/** The identifier of the task that a call has started. */
export function startedTask(data: unknown): string | undefined {
  // Datacenter Manager puts the name of the remote in front.
  return typeof data === 'string' && /^(?:[\w.-]+!)?UPID:[^\n]+$/.test(data) ? data : undefined
}

export interface TaskWait {
  readonly transport: Transport
  /** Seconds. */
  readonly wait: number
  readonly signal: AbortSignal
  /** What the task creates. */
  readonly location: string | undefined
}

/** Tells of a task: 202 while it runs, and like the call itself once it has ended. */
export async function taskAnswer(
  task: string,
  { transport, wait, signal, location }: TaskWait,
): Promise<RestAnswer> {
  const facts = { task, ...factsOf(task) }
  const headers = location === undefined ? {} : { location }
  if (wait > 0) {
    try {
      const { exitstatus, warnings } = await createClient({ transport })
        .task(task)
        .done({ timeout: wait * 1000, signal })
      const body = { ...facts, status: 'stopped', exitstatus, warnings }
      return { status: location === undefined ? 200 : 201, headers, body }
    } catch (error) {
      if (error instanceof TaskError) throw failed(error)
      if (!(error instanceof TimeoutError)) throw toRefusal(error)
    }
  }
  return { status: 202, headers, body: { ...facts, status: 'running' } }
}

function failed({ exitStatus, upid, code }: TaskError): Refusal {
  return new Refusal(statusOfText(exitStatus, { code }), exitStatus, { task: upid })
}

function factsOf(task: string): Pick<Upid, 'node' | 'type' | 'id' | 'user' | 'starttime'> {
  const { node, type, id, user, starttime } = decodeUpid(task.replace(/^[^:!]*!/, ''))
  return { node, type, id, user, starttime }
}
