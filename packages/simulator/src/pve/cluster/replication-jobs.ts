import { failed, Fault, invalidParameters } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { isTrue } from '../config-text.js'
import type { Cluster } from '../cluster.js'
import type { GuestPlace } from '../guest-index.js'
import type { Section } from '../section-config.js'
import { collection, parameterSchemas } from '../stored/collection.js'
import { optionsOf } from '../stored/option-names.js'
import { requireSection, schemaFormat, SectionFile } from '../stored/section-file.js'
import { stored, text, type StoredContext } from '../stored/stored-handler.js'

const path = '/cluster/replication'
const types = {
  local: optionsOf('target', 'disable comment rate schedule remove_job source', 'target'),
}
const file = 'replication.cfg'

// pve-manager API2/ReplicationConfig.pm
const collected = collection({
  file,
  path,
  id: 'id',
  types,
  isSorted: true,
  texts: {
    missing: (id) => `no such replication job '${id}'`,
    unknown: (id) => `no such job '${id}'`,
    exists: (id) => `replication job '${id}' already exists`,
  },
  maySee: ({ rights }, { id }) => rights.has(`/vms/${guestOf(id)}`, 'VM.Audit'),
  show: ({ digest, ...data }, { params, rights }, isListed) => {
    const id = isListed ? String(data.id) : text(params, 'id')
    const guest = guestOf(id)
    if (!isListed) rights.require(`/vms/${guest}`, 'VM.Audit')
    const jobnum = Number(id.slice(guest.length + 1))
    return { ...data, id, guest: Number(guest), jobnum, ...(!isListed && { digest }) }
  },
  accept: (section, context) => {
    const isNew = context.params.target !== undefined && context.params.type !== undefined
    context.rights.require(`/vms/${guestOf(section.id)}`, 'VM.Replicate')
    return isNew ? requireReplicable(section, context.cluster) : section
  },
})

/** The jobs of the cluster. */
export const replicationSections: SectionFile = new SectionFile(file, () =>
  schemaFormat(types, parameterSchemas([path, `${path}/{id}`])),
)

// pve-manager API2/ReplicationConfig.pm: delete
const remove = stored('DELETE', `${path}/{id}`, (context: StoredContext) => {
  const { params, rights, cluster } = context
  const id = text(params, 'id')
  rights.require(`/vms/${guestOf(id)}`, 'VM.Replicate')
  const keeps = isTrue(text(params, 'keep'))
  if (isTrue(text(params, 'force'))) {
    if (keeps) throw invalidParameters({ keep: "conflicts with parameter 'force'" })
    replicationSections.remove(cluster.config, id)
    return
  }
  const unknown = new Fault(500, `no such job '${id}'`)
  const job = requireSection(replicationSections.sections(cluster.config).get(id), unknown)
  const options = { ...job.options, remove_job: keeps ? 'local' : 'full' }
  replicationSections.put(cluster.config, { ...job, options })
})

export const replicationJobHandlers: readonly Handler[] = [
  ...collected.filter(({ verb }) => verb !== 'DELETE'),
  remove,
]

/** The guest that the id of a job names. */
export function guestOf(id: string): string {
  return /^\d+/.exec(id)?.[0] ?? ''
}

function requireReplicable(section: Section, cluster: Cluster): Section {
  const guest = guestOf(section.id)
  const place = cluster.guests.get(Number(guest))
  const { target = '', source } = section.options
  if (!place) throw failed(`Guest '${guest}' does not exist.`)
  if (!cluster.state.nodes.has(target)) throw failed(`Target '${target}' does not exist.`)
  if (source !== undefined && source !== place.node) {
    throw failed(
      `Source '${source}' does not match current node of guest '${guest}' (${place.node})`,
    )
  }
  if (target === place.node) throw failed('Source and target must not be identical')
  requireFeature(cluster, place)
  return { ...section, options: { ...section.options, source: place.node } }
}

/** Each volume has to lie where it can be sent from. AbstractConfig.pm: get_replicatable_volumes */
function requireFeature(cluster: Cluster, { vmid, node, type }: GuestPlace): void {
  const guest = type === 'lxc' ? cluster.lxc(node, vmid) : cluster.qemu(node, vmid)
  const keys =
    type === 'lxc' ? /^(?:rootfs|mp\d+)$/ : /^(?:ide|sata|scsi|virtio|efidisk|tpmstate)\d+$/
  for (const [key, value] of guest.config.main) {
    const [volid = '', ...options] = value.split(',')
    if (!keys.test(key) || options.includes('media=cdrom') || options.includes('replicate=0'))
      continue
    const [storage = ''] = volid.split(':')
    const isLocal = volid.includes(':') && !cluster.storages.get(storage)?.shared
    if (!isLocal || cluster.storages.hasFeature('replicate', volid)) continue
    throw failed(`missing replicate feature on volume '${volid}'`)
  }
}
