import type { Clock } from '@proxkit/client'
import { type Method, type Schema, SchemaError, validate } from '@proxkit/schema'
import { onceAMinute } from './once-a-minute.js'

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
export interface AnswerCheck {
  /** Whether it is time to look at an answer; whoever asks looks. */
  isDue(method: Method): boolean
  look(method: Method, data: unknown): void
}

export function checkAnswers({ clock, report }: AnswerCheckOptions): AnswerCheck {
  const isNew = onceAMinute(clock)
  return {
    isDue: (method) => isNew(nameOf(method)),
    look(method, data) {
      const places = mismatches(method.returns, data)
      if (places.length > 0) report({ operation: nameOf(method), places })
    },
  }
}

const nameOf = ({ verb, path }: Method): string => `${verb} ${path}`

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
