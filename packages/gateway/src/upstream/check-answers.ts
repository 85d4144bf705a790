import type { Clock } from '@proxkit/client'
import { type Method, type Schema, SchemaError, validate } from '@proxkit/schema'

/** An answer that is not as the definition has it. */
export interface Mismatch {
  /** Verb and path template. */
  readonly operation: string
  /** Where in the answer; its values are the cluster's business. */
  readonly places: readonly string[]
}

export interface AnswerCheckOptions {
  readonly clock: Clock
  readonly report: (mismatch: Mismatch) => void
}

/**
 * Holds answers against the definition, which nobody but the operator hears of: a server may be newer. Of an operation
 * that is called often, one answer in a minute is looked at.
 */
export function checkAnswers({
  clock,
  report,
}: AnswerCheckOptions): (method: Method, data: unknown) => void {
  const lookedAt = new Map<string, number>()
  return ({ verb, path, returns }, data) => {
    const operation = `${verb} ${path}`
    const now = clock.now()
    const age = now - (lookedAt.get(operation) ?? Number.NEGATIVE_INFINITY)
    if (age >= 0 && age < pause) return
    lookedAt.set(operation, now)
    const places = mismatches(returns, data)
    if (places.length > 0) report({ operation, places })
  }
}

function mismatches(returns: Schema, data: unknown): readonly string[] {
  try {
    const validation = validate(returns, data)
    return validation.ok ? [] : Object.keys(validation.errors)
  } catch (error) {
    // A definition that was read from a server may contradict itself; that is no reason to fail a call.
    if (error instanceof SchemaError) return []
    throw error
  }
}

/** Milliseconds between two looks. */
const pause = 60_000
