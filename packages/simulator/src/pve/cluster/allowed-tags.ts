import type { Rights } from '../access/rights.js'
import type { Cluster } from '../cluster.js'
import { splitList } from '../config-text.js'
import { guestMark } from '../guest-marks.js'
import { optionKeys, readDatacenterConfig } from './datacenter-config.js'

/** The tags that someone may set. pve-guest-common GuestHelpers.pm: get_allowed_tags */
export function allowedTags(cluster: Cluster, rights: Rights): ReadonlySet<string> {
  const options = readDatacenterConfig(cluster.config)
  const isPrivileged = rights.has('/', 'Sys.Modify')
  const registered = listOf(options['registered-tags'])
  const access = optionKeys(options, 'user-tag-access')
  const policy = access['user-allow'] ?? 'free'
  const allowed = new Set<string>()

  if (policy !== 'none' || isPrivileged) {
    for (const tag of listOf(access['user-allow-list'])) allowed.add(tag)
  }
  if (policy === 'free' || policy === 'existing' || isPrivileged) {
    for (const place of cluster.guests.all()) {
      if (!isPrivileged && !rights.has(`/vms/${place.vmid}`, 'VM.Audit')) continue
      const { tags } = guestMark(cluster.config, place)
      for (const tag of splitList(tags ?? '')) allowed.add(tag)
    }
  }
  for (const tag of registered) {
    if (isPrivileged) allowed.add(tag)
    else allowed.delete(tag)
  }
  return allowed
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}
