import type { ConfigTree } from '../engine/config-tree.js'
import { guestConfigPath, type GuestPlace } from './guest-index.js'

/** What the cluster tells of every guest, on whichever node it lies. */
export interface GuestMark {
  readonly lock?: string
  readonly tags?: string
}

/**
 * Lock and tags of a guest, read from its file without knowing more of it.
 *
 * pve-cluster status.c: cfs_create_guest_conf_properties_msg
 */
export function guestMark(config: ConfigTree, place: GuestPlace): GuestMark {
  return config.parse(guestConfigPath(place), readMark)
}

function readMark(text: string): GuestMark {
  const section = text.search(/^\[/m)
  const main = section < 0 ? text : text.slice(0, section)
  const lock = valueOf(/^lock:(.+)$/m.exec(main))
  const tags = valueOf(/^tags:(.+)$/m.exec(main))
  return { ...(lock !== undefined && { lock }), ...(tags !== undefined && { tags }) }
}

/** A value that is all blanks is told as its last one. status.c: _get_property_value_from_line */
function valueOf(line: RegExpExecArray | null): string | undefined {
  const value = line?.[1]
  return value === undefined ? undefined : value.trim() || value.slice(-1)
}
