import { flag, integer, object, oneOf, show, text, type Check } from '../seeds/check.js'
import { SeedError } from '../seeds/seed-error.js'
import type { FaultRule } from './fault-rule.js'

/** Takes data for a rule. Throws a `SeedError` that names the place of the mistake. */
export function checkFaultRule(value: unknown, place = 'fault'): FaultRule {
  const given: object = Object(value)
  if ('task' in given) taskRule(value, place)
  else callRule(value, place)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the checks above are those of its shape
  return value as FaultRule
}

const count = integer('a count', { min: 0, max: Number.MAX_SAFE_INTEGER })
const duration = integer('a time in milliseconds', { min: 0, max: Number.MAX_SAFE_INTEGER })
const probability: Check = (value, place) => {
  if (typeof value === 'number' && value >= 0 && value <= 1) return
  throw new SeedError(place, `${show(value)} is not a probability: use 0 to 1`)
}

const selection = {
  node: text('the name of a node'),
  guest: integer('the id of a guest', { min: 100, max: 999_999_999 }),
  user: text('a user id'),
  skip: count,
  times: count,
  probability,
}

const texts: Check = (value, place) => object({}, text())(value, place)

const callEffects: Readonly<Record<string, Check>> = {
  latency: object({ latency: duration }),
  status: object({
    status: integer('a status of HTTP', { min: 400, max: 599 }),
    message: text(),
    errors: texts,
  }),
  connection: object({ connection: oneOf('drop', 'reset', 'truncate'), executed: flag }),
  agent: object({ agent: oneOf('silent') }),
}

const taskEffects: Readonly<Record<string, Check>> = {
  hang: object({
    hang: (value, place) => {
      if (value !== true) throw new SeedError(place, `${show(value)} is not true`)
    },
  }),
  fail: object({ fail: text(), after: duration }),
  warn: object({ warn: text() }),
}

const callRule = object({
  operation: text('an operation such as GET /nodes/*/qemu', /^(?:(?:GET|POST|PUT|DELETE) )?\/\S*$/),
  ...selection,
  effect: { check: effectOf(callEffects), required: true },
})

const taskRule = object({
  task: text('the type of a task'),
  ...selection,
  effect: { check: effectOf(taskEffects), required: true },
})

/** An effect is told by the one key that names it. */
function effectOf(effects: Readonly<Record<string, Check>>): Check {
  return (value, place) => {
    const given: object = Object(value)
    const name = Object.keys(effects).find((key) => key in given)
    const check = name === undefined ? undefined : effects[name]
    if (!check) {
      const known = Object.keys(effects).join(', ')
      throw new SeedError(place, `${show(value)} has no effect: use one of ${known}`)
    }
    check(value, place)
  }
}
