import type { Policy } from '../access.js'
import type { Call, Denial } from './call.js'
import { type CallPattern, callPattern } from './call-pattern.js'
import { refusedParameter } from './parameter-rules.js'
import { outOfScope } from './scope.js'
import { visibleTo } from './visible.js'

/** A policy, ready to be asked. */
export interface Judge {
  readonly policy: Policy
  /** Why a call may not pass; undefined where it may. */
  judge(call: Call): Promise<Denial | undefined>
  /** Which entries of the list that a call asks for may be seen; undefined: all. */
  visible(call: Call): Promise<((entry: unknown) => boolean) | undefined>
}

export function judgeOf(policy: Policy): Judge {
  const allowed = policy.allow?.map(callPattern)
  const unscoped = policy.unscoped.map(callPattern)
  const isUnscoped = ({ verb, path }: Call): boolean =>
    unscoped.some((pattern) => pattern.matches(verb, path))
  return {
    policy,
    judge: async (call) =>
      roundabout(call, allowed) ??
      written(policy, call) ??
      notAllowed(call, allowed) ??
      refusedParameter(policy, call) ??
      (isUnscoped(call) ? undefined : outOfScope(policy, call)),
    visible: async (call) => (isUnscoped(call) ? undefined : visibleTo(policy, call)),
  }
}

/** Shells on a node, and calls that carry others in them, go round every rule: they have to be allowed by name. */
function roundabout(
  { verb, path, method }: Call,
  allowed: readonly CallPattern[] | undefined,
): Denial | undefined {
  if (!roundabouts.test(method.path)) return undefined
  if (allowed?.some((pattern) => pattern.isLiteral && pattern.matches(verb, path))) return undefined
  const detail = `${method.path} goes round every rule: it has to be named under 'allow'`
  return { rule: 'allow', detail }
}

// pve-manager PVE/API2/Nodes.pm: cmd (execute), and the consoles of the host itself; qemu-server PVE/API2/Qemu.pm: monitor
const roundabouts =
  /^\/nodes\/\{node\}\/(?:execute|termproxy|vncshell|spiceshell|vncwebsocket|qemu\/\{vmid\}\/monitor)$/

function written(policy: Policy, { verb, path, isUpgrade }: Call): Denial | undefined {
  if (!policy['read-only'] || (verb === 'GET' && !isUpgrade)) return undefined
  const what = isUpgrade ? 'a console' : verb
  return { rule: 'read-only', detail: `${what} at ${path}: it may only be read` }
}

function notAllowed(
  { verb, path }: Call,
  allowed: readonly CallPattern[] | undefined,
): Denial | undefined {
  if (!allowed || allowed.some((pattern) => pattern.matches(verb, path))) return undefined
  const patterns = allowed.map(({ text }) => text).join(' | ')
  return { rule: 'allow', detail: `${verb} ${path} is none of the calls ${patterns}` }
}
