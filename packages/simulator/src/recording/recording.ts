import type { Verb } from '@proxkit/schema'
import { Fault } from '../engine/fault.js'
import type { Outcome } from '../engine/handle.js'
import { isObject } from '../seeds/check.js'
import type { RecordedExchange } from './recorded-exchange.js'
import { isSecretParameter } from './secret-names.js'

interface AskedCall {
  readonly verb: Verb
  readonly path: string
  readonly params: Readonly<Record<string, unknown>>
}

/** Answers of a real server that stand in for the cluster's own: those to the same call come one after the other, and the last one again. */
export class Recording {
  readonly #exchanges = new Map<string, readonly RecordedExchange[]>()
  readonly #given = new Map<string, number>()

  /** Puts these in place of all that were. */
  replace(exchanges: readonly RecordedExchange[]): void {
    this.#exchanges.clear()
    this.#given.clear()
    for (const exchange of exchanges) {
      // A login is the simulated cluster's own: nobody knows the tickets of another one.
      if (exchange.path === '/access/ticket') continue
      const key = keyOf(exchange)
      this.#exchanges.set(key, [...(this.#exchanges.get(key) ?? []), exchange])
    }
  }

  has(call: AskedCall): boolean {
    return this.#exchanges.size > 0 && this.#exchanges.has(keyOf(call))
  }

  /** The next answer to a call; throws the refusal that was recorded. */
  answer(call: AskedCall): Outcome {
    const key = keyOf(call)
    const answers = this.#exchanges.get(key) ?? []
    const given = this.#given.get(key) ?? 0
    this.#given.set(key, given + 1)
    const found = answers[Math.min(given, answers.length - 1)]
    if (!found) throw new Error(`there is no recorded answer to ${key}`)
    return outcomeOf(found)
  }
}

function outcomeOf({ status, message, body }: RecordedExchange): Outcome {
  const { data = null, errors, total, changes } = body
  if (status >= 400) {
    const texts = isObject(errors)
      ? Object.fromEntries(Object.entries(errors).map(([name, text]) => [name, String(text)]))
      : undefined
    throw new Fault(status, message.trimEnd() || `status ${status}`, {
      ...(texts && { errors: texts }),
      ...(status >= 595 && { unreachable: true }),
    })
  }
  return {
    data: structuredClone(data),
    ...(typeof total === 'number' && { total }),
    ...(typeof changes === 'string' && { changes }),
  }
}

/** Two calls are the same that ask for the same with the same parameters, secrets aside. */
function keyOf({ verb, path, params }: AskedCall): string {
  const parts = path.split('/').filter((part) => part !== '')
  const given = Object.entries(params)
    .filter(([name, value]) => value !== undefined && value !== null && !isIgnored(name))
    .map(([name, value]) => [name, wireValue(value)] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `${verb} /${parts.join('/')} ${JSON.stringify(given)}`
}

/** `_dc` keeps the answers to a browser from being reused. */
function isIgnored(name: string): boolean {
  return name === '_dc' || isSecretParameter(name)
}

function wireValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wireValue)
  if (typeof value === 'boolean') return value ? '1' : '0'
  return typeof value === 'number' ? String(value) : value
}
