import { failed } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import { isTrue } from '../config-text.js'
import { requireDigest } from '../require-digest.js'
import type { Section } from '../section-config.js'
import { prefixed } from '../stored/collection.js'
import { stored, text, type StoredContext, type StoredParams } from '../stored/stored-handler.js'
import {
  areGroupsMigrated,
  findResource,
  formatSid,
  groups,
  parseSid,
  resources,
  rules,
  type Sid,
} from './ha-files.js'
import { queueCommand } from './commands.js'

const path = '/cluster/ha/resources'
const entryPath = `${path}/{sid}`

// pve-ha-manager API2/HA/Resources.pm: index
const list = stored('GET', path, ({ params, cluster }) =>
  [...resources.sections(cluster.config).values()]
    .filter(({ type }) => params.type === undefined || params.type === type)
    .map((section) => {
      const shown = shownResource(section, cluster)
      const { group } = section.options
      if (group === undefined || groups.sections(cluster.config).has(group)) return shown
      return areGroupsMigrated(cluster)
        ? shown
        : { ...shown, errors: { group: `group '${group}' does not exist` } }
    }),
)

// pve-ha-manager API2/HA/Resources.pm: read
const read = stored('GET', entryPath, ({ params, cluster }) => {
  const sid = parseSid(text(params, 'sid'), cluster)
  return shownResource(requireResource(cluster, sid), cluster)
})

// pve-ha-manager API2/HA/Resources.pm: create
const create = stored('POST', path, ({ params: given, cluster }) => {
  const { sid: _, type: __, ...params } = given
  const sid = parseSid(text(given, 'sid'), cluster)
  requireType(given, sid)
  if (params.group !== undefined && areGroupsMigrated(cluster)) throw migrated()
  if (!/^(?:vm|ct)$/.test(sid.type)) throw failed(`unknown section type '${sid.type}'`)
  requireGuest(cluster, sid)
  const section = resources.check({ id: sid.name, type: sid.type, params })
  prefixed('create resource failed', () => {
    if (findResource(cluster.config, sid)) {
      throw failed(`resource ID '${formatSid(section)}' already defined`)
    }
    resources.put(cluster.config, section)
  })
})

// pve-ha-manager API2/HA/Resources.pm: update; HA/Config.pm: update_resources_config
const update = stored('PUT', entryPath, ({ params: given, cluster }) => {
  const { sid: _, type: __, digest, delete: removed, ...params } = given
  const { config } = cluster
  const sid = parseSid(text(given, 'sid'), cluster)
  requireType(given, sid)
  const group = text(params, 'group')
  if (group !== '') {
    if (areGroupsMigrated(cluster)) throw migrated()
    if (!groups.sections(config).has(group)) throw failed(`HA group '${group}' does not exist`)
  }
  prefixed('update resources config failed', () => {
    requireDigest(resources.digest(config), text({ digest }, 'digest'))
    const present = requireResource(cluster, sid)
    const checked = resources.check({ id: sid.name, type: sid.type, params }, { update: true })
    // What is set and deleted at once is deleted.
    const options = { ...present.options, ...checked.options }
    const merged = { ...present, options }
    const none: Section = { ...checked, options: {} }
    resources.put(config, resources.merge(merged, none, text({ removed }, 'removed')))
  })
})

// pve-ha-manager API2/HA/Resources.pm: delete; HA/Config.pm: delete_service_from_config
const remove = stored('DELETE', entryPath, ({ params, cluster }) => {
  const { config } = cluster
  const sid = parseSid(text(params, 'sid'), cluster)
  const present = findResource(config, sid)
  if (!present) {
    throw failed(`cannot delete service '${sid.type}:${sid.name}', not HA managed!`)
  }
  resources.remove(config, present.id)
  if (isTrue(text(params, 'purge') || '1')) removeFromRules(cluster, formatSid(present))
})

// pve-ha-manager API2/HA/Resources.pm: migrate, relocate
const moves = (['migrate', 'relocate'] as const).map((verb) =>
  stored('POST', `${entryPath}/${verb}`, ({ params, cluster }) => {
    const sid = parseSid(text(params, 'sid'), cluster)
    const found = findResource(cluster.config, sid)
    if (!found || found.options.state === 'ignored') {
      throw failed(`resource '${sid.type}:${sid.name}' is not HA managed`)
    }
    const node = text(params, 'node')
    queueCommand(cluster.config, `${verb} ${formatSid(found)} ${node}`)
    return { sid: formatSid(found), 'requested-node': node }
  }),
)

export const resourceHandlers: readonly Handler[] = [list, read, create, update, remove, ...moves]

function shownResource(section: Section, cluster: Cluster): Record<string, unknown> {
  const data = resources.data(section)
  if (areGroupsMigrated(cluster)) delete data.group
  return { ...data, sid: formatSid(section), digest: resources.digest(cluster.config) }
}

function requireResource({ config }: StoredContext['cluster'], sid: Sid): Section {
  const found = findResource(config, sid)
  if (!found) throw failed(`no such resource '${sid.type}:${sid.name}'`)
  return found
}

function requireType({ type }: StoredParams, sid: Sid): void {
  if (typeof type === 'string' && type !== sid.type) throw failed('types does not match')
}

function migrated(): Error {
  return failed("invalid parameter 'group': ha groups have been migrated to rules")
}

function requireGuest({ guests }: Cluster, { type, name }: Sid): void {
  if (!/^[1-9]\d+$/.test(name)) throw failed('invalid VMID')
  const guest = guests.get(Number(name))
  const sid = `${type}:${name}`
  if (!guest) throw failed(`resource '${sid}' does not exist in cluster`)
  if ((guest.type === 'lxc') === (type === 'ct')) return
  const kind = type === 'ct' ? 'container' : 'VM'
  throw failed(`resource '${sid}' - guest with ID ${name} is not a ${kind}`)
}

function removeFromRules({ config }: Cluster, sid: string): void {
  const all = new Map(rules.sections(config))
  for (const [id, rule] of all) {
    const left = (rule.options.resources ?? '').split(',').filter((one) => one !== sid)
    if (left.length === 0) all.delete(id)
    else all.set(id, { ...rule, options: { ...rule.options, resources: left.join(',') } })
  }
  if (config.has(rules.path)) rules.write(config, all)
}
