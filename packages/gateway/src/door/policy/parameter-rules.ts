import type { Policy, ParameterRule } from '../access.js'
import { type Call, type Denial, textsIn } from './call.js'

/** Refuses parameters that a policy forbids, and values that it does not allow. */
export function refusedParameter(
  { parameters: rules }: Policy,
  { parameters, method, hasFile }: Call,
): Denial | undefined {
  for (const [pattern, rule] of Object.entries(rules)) {
    const covers = (name: string): boolean =>
      pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
    if (hasFile && Object.keys(method.parameters.properties ?? {}).some(covers)) {
      const detail = `${pattern} has a rule, and what comes beside a file cannot be looked at`
      return { rule: `parameters.${pattern}`, detail }
    }
    for (const [name, value] of Object.entries(parameters)) {
      if (value === undefined || !covers(name)) continue
      const reason = broken(rule, textsIn(value))
      if (reason !== undefined) {
        return { rule: `parameters.${pattern}`, detail: `${name}: ${reason}` }
      }
    }
  }
  return undefined
}

function broken(rule: ParameterRule, given: readonly string[]): string | undefined {
  if (rule === 'refuse') return 'it may not be given'
  if ('maximum' in rule) {
    const { maximum } = rule
    const wrong = given.find((text) => !(text.trim() !== '' && Number(text) <= maximum))
    return wrong === undefined ? undefined : `'${wrong}' is not a number up to ${maximum}`
  }
  const only = rule.only.flatMap(textsIn)
  const wrong = given.find((text) => !only.includes(text))
  return wrong === undefined ? undefined : `'${wrong}' is not one of ${only.join(', ')}`
}
