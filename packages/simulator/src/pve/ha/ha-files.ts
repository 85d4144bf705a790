import type { ConfigTree } from '../../engine/config-tree.js'
import { failed } from '../../engine/fault.js'
import type { Cluster } from '../cluster.js'
import type { Section } from '../section-config.js'
import { parameterSchemas } from '../stored/collection.js'
import { optionsOf } from '../stored/option-names.js'
import { schemaFormat, SectionFile } from '../stored/section-file.js'
import { isSince } from '../version.js'

const root = '/cluster/ha'
const resourceOptions = optionsOf('', 'state group comment failback max_restart max_relocate')

/** pve-ha-manager HA/Resources/PVEVM.pm, PVECT.pm: options */
export const resources: SectionFile = new SectionFile('ha/resources.cfg', () =>
  schemaFormat(
    { vm: resourceOptions, ct: resourceOptions },
    parameterSchemas([`${root}/resources`, `${root}/resources/{sid}`]),
  ),
)

/** pve-ha-manager HA/Groups.pm: options */
export const groups: SectionFile = new SectionFile('ha/groups.cfg', () =>
  schemaFormat(
    { group: optionsOf('nodes', 'comment nofailback restricted') },
    parameterSchemas([`${root}/groups`, `${root}/groups/{group}`]),
  ),
)

/** pve-ha-manager HA/Rules/NodeAffinity.pm, ResourceAffinity.pm: options */
export const rules: SectionFile = new SectionFile('ha/rules.cfg', () =>
  schemaFormat(
    {
      'node-affinity': optionsOf('resources nodes', 'strict disable comment'),
      'resource-affinity': optionsOf('resources affinity', 'disable comment'),
    },
    { strict: { type: 'boolean' }, disable: { type: 'boolean' } },
  ),
)

/** A resource's identifier in its parts. */
export interface Sid {
  readonly type: string
  /** Id of the guest. */
  readonly name: string
}

/** pve-ha-manager HA/Config.pm: parse_sid */
export function parseSid(text: string, cluster: Cluster): Sid {
  if (/^\d+$/.test(text)) {
    const guest = cluster.guests.get(Number(text))
    if (!guest) {
      throw failed(`unable to detect SID from VMID - VM/CT ${text} does not exist`)
    }
    return { type: guest.type === 'lxc' ? 'ct' : 'vm', name: text }
  }
  const [type = '', name = ''] = text.split(':')
  return { type, name }
}

export function formatSid({ type, id }: Pick<Section, 'type' | 'id'>): string {
  return `${type}:${id}`
}

/** The resource with this identifier. */
export function findResource(config: ConfigTree, { type, name }: Sid): Section | undefined {
  const found = resources.sections(config).get(name)
  return found?.type === type ? found : undefined
}

/** Groups that a version before 9 left behind keep rules away, and the other way round. have_groups_been_migrated */
export function areGroupsMigrated(cluster: Cluster): boolean {
  return isSince(cluster, '9.0') && groups.sections(cluster.config).size === 0
}
