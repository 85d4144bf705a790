import type { Clock } from '../engine/clock.js'
import type { ProductRules } from '../engine/dispatch.js'
import { failed, Fault } from '../engine/fault.js'
import type { Cut, Outcome } from '../engine/handle.js'
import type { TaskBody, TaskStart } from '../engine/tasks.js'
import type { CallEffect } from './fault-rule.js'
import type { Faults } from './faults.js'

/** The same rules, with faults between the check of a call and its execution. */
export function withFaults(
  rules: ProductRules,
  { faults, clock }: { readonly faults: Faults; readonly clock: Clock },
): ProductRules {
  return {
    ...rules,
    async run(call, method, params, node) {
      const { vmid } = params
      const guest = typeof vmid === 'string' || typeof vmid === 'number' ? String(vmid) : undefined
      const { verb, path, user } = call
      let cut: Cut | undefined
      for (const effect of faults.ofCall({ verb, path, user, method, node, guest })) {
        if ('connection' in effect) {
          cut = effect.connection
          if (cut !== 'truncate' && effect.executed !== true) return { data: null, cut }
        } else await suffer(effect, clock)
      }
      const outcome: Outcome = await rules.run(call, method, params, node)
      return cut ? { ...outcome, cut } : outcome
    },
  }
}

async function suffer(
  effect: Exclude<CallEffect, { connection: unknown }>,
  clock: Clock,
): Promise<void> {
  if ('latency' in effect) {
    await clock.sleep(effect.latency)
    return
  }
  if ('agent' in effect) {
    // qemu-server Agent.pm: qga_check_running asks for three seconds
    await clock.sleep(3000)
    throw failed('QEMU guest agent is not running')
  }
  const { status, errors, message = reasons.get(status) ?? 'internal error' } = effect
  const bare = bareStatuses.get(status)
  throw new Fault(status, message, {
    ...(errors && { errors }),
    ...(bare !== undefined && { unreachable: true, after: bare }),
  })
}

const reasons: ReadonlyMap<number, string> = new Map([
  [400, 'Parameter verification failed.'],
  [401, 'authentication failure'],
  [403, 'Permission check failed'],
  [595, 'No route to host'],
  [596, 'Connection timed out'],
  [599, 'Too many redirections'],
])

/** Answers that are a status line alone, and the milliseconds that the daemon takes to give them. */
const bareStatuses: ReadonlyMap<number, number> = new Map([
  [401, 3000],
  [595, 0],
  [596, 0],
  [599, 0],
])

/** What a task does instead of its work. */
export function faultyTask(faults: Faults, start: TaskStart, body: TaskBody): TaskBody {
  return faults.ofTask(start).reduce<TaskBody>((work, effect) => {
    if ('hang' in effect) return (task) => untilStopped(task.signal)
    if ('fail' in effect) {
      return async (task) => {
        await task.sleep(effect.after ?? 0)
        throw failed(effect.fail)
      }
    }
    return async (task) => {
      await work(task)
      task.warn(effect.warn)
    }
  }, body)
}

function untilStopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('received interrupt')), { once: true })
  })
}
