import type { Verb } from '@proxkit/schema'
import type { Handler } from '../engine/handle.js'
import type { StoredContext } from '../pve/stored/stored-handler.js'

/** Binds semantics to an operation of Proxmox Mail Gateway. */
export function handlePmg(
  verb: Verb,
  path: string,
  run: (context: StoredContext) => unknown,
): Handler {
  return { verb, path, run }
}
