import type { Call, ProductRules } from '../engine/dispatch.js'
import type { Recording } from '../recording/recording.js'
import type { Overrides } from './overrides.js'

/** Answers that stand in for those of the cluster. */
export interface Answers {
  readonly overrides: Overrides
  readonly recording: Recording
  /** Whether the cluster has a node of that name. */
  readonly hasNode: (name: unknown) => boolean
}

/**
 * The same rules; calls that are verified and allowed are answered from the overrides or the recording where these have
 * an answer, also for nodes that the cluster does not have.
 */
export function withAnswers(
  rules: ProductRules,
  { overrides, recording, hasNode }: Answers,
): ProductRules {
  const hasAnswer = (call: Call): boolean =>
    overrides.has(call.verb, call.path) || recording.has(call)
  return {
    ...rules,
    locate: (method, call, params) =>
      hasAnswer(call) && !hasNode(params.node) ? call.node : rules.locate(method, call, params),
    async run(call, method, params, node) {
      const { verb, path } = call
      if (overrides.has(verb, path)) return { data: overrides.get(verb, path) }
      return recording.has(call) ? recording.answer(call) : rules.run(call, method, params, node)
    },
  }
}
