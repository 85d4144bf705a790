import { allowedTags } from '../cluster/allowed-tags.js'
import { optionKeys, readDatacenterConfig } from '../cluster/datacenter-config.js'
import type { ConfigTree } from '../../engine/config-tree.js'
import { permissionDenied } from '../../engine/fault.js'
import type { Rights } from '../access/rights.js'
import type { Cluster } from '../cluster.js'
import { splitList } from '../config-text.js'

/** Tags in their stored spelling: sorted, lower-cased and once each unless the datacenter says otherwise. get_unique_tags */
export function uniqueTags(config: ConfigTree, text: string): string {
  const style = optionKeys(readDatacenterConfig(config), 'tag-style')
  const isCaseSensitive = style['case-sensitive'] === 1
  const tags = splitList(text).map((tag) => (isCaseSensitive ? tag : tag.toLowerCase()))
  const ordered = style.ordering === 'config' ? tags : tags.toSorted()
  return [...new Set(ordered)].join(';')
}

/** Whether the caller may change the tags from `before` to `after`. GuestHelpers.pm: assert_tag_permissions */
export function requireTagRights(
  { before, after }: { before: string; after: string },
  { cluster, rights, vmid }: { cluster: Cluster; rights: Rights; vmid: number },
): void {
  rights.require(`/vms/${vmid}`, 'VM.Config.Options')
  if (rights.has('/', 'Sys.Modify')) return
  const old = new Set(splitList(before))
  const wanted = new Set(splitList(after))
  const options = readDatacenterConfig(cluster.config)
  const isFree = (optionKeys(options, 'user-tag-access')['user-allow'] ?? 'free') === 'free'
  const registered = options['registered-tags']
  const allowed = allowedTags(cluster, rights)
  for (const tag of [...old, ...wanted]) {
    if (old.has(tag) === wanted.has(tag)) continue
    const isRegistered = Array.isArray(registered) && registered.includes(tag)
    if (isRegistered || (!isFree && !allowed.has(tag))) {
      throw permissionDenied(`/, Sys.Modify for modifying tag '${tag}'`)
    }
  }
}
