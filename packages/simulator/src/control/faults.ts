import type { Method, Verb } from '@proxkit/schema'
import type { TaskStart } from '../engine/tasks.js'
import { checkFaultRule } from './check-fault-rule.js'
import type { ActiveFault, CallEffect, CallFaultRule, FaultRule, TaskEffect } from './fault-rule.js'
import { createRandom } from './random.js'

/** A call that is about to be executed. */
export interface FaultyCall {
  readonly verb: Verb
  /** As it was asked for. */
  readonly path: string
  readonly method: Method
  readonly node: string
  readonly user: string | undefined
  readonly guest: string | undefined
}

interface Entry {
  readonly id: string
  readonly rule: FaultRule
  seen: number
  hits: number
}

/** The faults that are to happen. The same seed and the same calls give the same faults. */
export class Faults {
  readonly #entries = new Map<string, Entry>()
  readonly #seed: number
  #random: () => number
  #lastId = 0

  constructor(seed: number) {
    this.#seed = seed
    this.#random = createRandom(seed)
  }

  /** Adds a rule behind those that are there, and returns its id. Throws a `SeedError` for a rule that makes no sense. */
  add(rule: FaultRule): string {
    const checked = structuredClone(checkFaultRule(rule))
    this.#lastId += 1
    const id = String(this.#lastId)
    this.#entries.set(id, { id, rule: checked, seen: 0, hits: 0 })
    return id
  }

  /** Ends a rule; false when there is none of that id. */
  remove(id: string): boolean {
    return this.#entries.delete(id)
  }

  /** Ends all rules; those that are added then meet the same chances as the first ones did. */
  clear(): void {
    this.#entries.clear()
    this.#random = createRandom(this.#seed)
  }

  list(): ActiveFault[] {
    return [...this.#entries.values()].map((entry) => structuredClone(entry))
  }

  /** What a call meets, in the order of the rules. */
  ofCall(call: FaultyCall): CallEffect[] {
    const effects: CallEffect[] = []
    for (const entry of this.#entries.values()) {
      const { rule } = entry
      if ('task' in rule || !isAbout(rule, call)) continue
      if (fits(rule, call) && this.#strikes(entry)) effects.push(rule.effect)
    }
    return effects
  }

  /** What a task meets. */
  ofTask(task: TaskStart): TaskEffect[] {
    const { node, id: guest, user } = task
    const effects: TaskEffect[] = []
    for (const entry of this.#entries.values()) {
      const { rule } = entry
      if (!('task' in rule) || (rule.task !== '*' && rule.task !== task.type)) continue
      if (fits(rule, { node, guest, user }) && this.#strikes(entry)) effects.push(rule.effect)
    }
    return effects
  }

  #strikes(entry: Entry): boolean {
    const { skip = 0, times = Infinity, probability = 1 } = entry.rule
    entry.seen += 1
    if (entry.seen <= skip || entry.hits >= times) return false
    if (probability < 1 && this.#random() >= probability) return false
    entry.hits += 1
    return true
  }
}

function fits(
  { node, guest, user }: FaultRule,
  given: {
    readonly node: string
    readonly guest: string | undefined
    readonly user: string | undefined
  },
): boolean {
  if (node !== undefined && node !== given.node) return false
  if (guest !== undefined && String(guest) !== given.guest) return false
  return user === undefined || user === given.user
}

function isAbout(
  { operation, effect }: CallFaultRule,
  { verb, path, method }: FaultyCall,
): boolean {
  if ('agent' in effect && !/\/agent(?:\/|$)/.test(method.path)) return false
  if (operation === undefined) return true
  const [, wantedVerb, wanted = ''] = /^(?:([A-Z]+) )?(.*)$/.exec(operation) ?? []
  if (wantedVerb !== undefined && wantedVerb !== verb) return false
  if (wanted.includes('{')) return wanted === method.path
  return fitsPattern(wanted, path)
}

function fitsPattern(pattern: string, path: string): boolean {
  const wanted = pattern.split('/').filter((part) => part !== '')
  const given = path.split('/').filter((part) => part !== '')
  for (const [index, part] of wanted.entries()) {
    if (part === '**') return true
    if (part !== '*' && part !== given[index]) return false
    if (given[index] === undefined) return false
  }
  return wanted.length === given.length
}
