import { Fault, failed } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import { isTrue, splitList } from '../config-text.js'
import { sortedEntries } from '../../engine/sorted-entries.js'
import { decodeBytes, decodeText, encodeText } from '../encoded-text.js'
import { requireDigest } from '../require-digest.js'
import type { Section } from '../section-config.js'
import { prefixed } from '../stored/collection.js'
import { stored, text, type StoredParams } from '../stored/stored-handler.js'
import { areGroupsMigrated, findResource, parseSid, rules } from './ha-files.js'
import { nodePriorities, ruleFaults } from './rule-faults.js'

const path = '/cluster/ha/rules'
const entryPath = `${path}/{rule}`

// pve-ha-manager API2/HA/Rules.pm: index
const list = stored('GET', path, ({ params, cluster }) => {
  const all = rules.sections(cluster.config)
  const faults = ruleFaults(all, cluster)
  const resource = text(params, 'resource')
  return [...all.values()]
    .filter(({ type }) => params.type === undefined || params.type === type)
    .filter((rule) => resource === '' || resourcesOf(rule).includes(resource))
    .map((rule) => ({ ...shownRule(rule, cluster), ...errorsOf(faults.get(rule.id)) }))
})

// pve-ha-manager API2/HA/Rules.pm: read_rule
const read = stored('GET', entryPath, ({ params, cluster }) => {
  const all = rules.sections(cluster.config)
  const id = text(params, 'rule')
  const rule = all.get(id)
  if (!rule) throw failed(`no such ha rule '${id}'`)
  return { ...shownRule(rule, cluster), ...errorsOf(ruleFaults(all, cluster).get(id)) }
})

// pve-ha-manager API2/HA/Rules.pm: create_rule
const create = stored('POST', path, ({ params: given, cluster }) => {
  const { rule: _, type: __, ...params } = given
  if (!areGroupsMigrated(cluster)) {
    throw failed('cannot create ha rule: ha groups have not been migrated yet')
  }
  const id = text(given, 'rule')
  const rule = rules.check({ id, type: text(given, 'type'), params: asKept(params) })
  prefixed('create ha rule failed', () => {
    if (rules.sections(cluster.config).has(id)) throw failed(`HA rule '${id}' already defined`)
    requireMembers(rule, cluster)
    save(rule, cluster)
  })
})

// pve-ha-manager API2/HA/Rules.pm: update_rule
const update = stored('PUT', entryPath, ({ params: given, cluster }) => {
  const { rule: _, type, digest, delete: removed, ...params } = given
  const { config } = cluster
  const id = text(given, 'rule')
  prefixed('update HA rules failed', () => {
    requireDigest(rules.digest(config), text({ digest }, 'digest'))
    const present = rules.sections(config).get(id)
    if (!present) throw failed(`HA rule '${id}' does not exist`)
    if (type !== present.type) throw failed("unexpected property 'type'")
    const change = rules.check({ id, type: present.type, params: asKept(params) }, { update: true })
    const rule = rules.merge(present, change, text({ removed }, 'removed'))
    requireMembers(change, cluster)
    save(rule, cluster)
  })
})

// pve-ha-manager API2/HA/Rules.pm: delete_rule
const remove = stored('DELETE', entryPath, ({ params, cluster }) => {
  rules.remove(cluster.config, text(params, 'rule'))
})

export const ruleHandlers: readonly Handler[] = [list, read, create, update, remove]

function shownRule(rule: Section, { config }: Cluster): Record<string, unknown> {
  const data = rules.data(rule)
  const order = [...rules.sections(config).keys()].indexOf(rule.id) + 1
  const { comment } = rule.options
  return {
    ...data,
    ...(comment !== undefined && { comment: decodeText(comment) }),
    rule: rule.id,
    order,
    digest: rules.digest(config),
  }
}

/**
 * Parameters in the form of the file: members of a set stand sorted and once, and what is not disabled says nothing of
 * it. The text of a comment is taken for bytes that encode it. pve-ha-manager HA/Rules.pm: decode_value, encode_value
 */
function asKept({ disable, ...params }: StoredParams): StoredParams {
  const { comment, resources, nodes } = params
  return {
    ...params,
    ...(isTrue(text({ disable }, 'disable')) && { disable }),
    ...(typeof comment === 'string' && { comment: encodeText(decodeBytes(comment)) }),
    ...(typeof resources === 'string' && {
      resources: [...new Set(splitList(resources))].toSorted().join(','),
    }),
    ...(typeof nodes === 'string' && {
      nodes: sortedEntries(nodePriorities(nodes))
        .map(([node, priority]) => (priority === 0 ? node : `${node}:${priority}`))
        .join(','),
    }),
  }
}

function errorsOf(faults: readonly string[] | undefined): { errors?: Record<string, unknown> } {
  return faults ? { errors: { resources: faults } } : {}
}

function resourcesOf({ options }: Section): string[] {
  return splitList(options.resources ?? '')
}

/** pve-ha-manager API2/HA/Rules.pm: $assert_valid_resources_param, $assert_valid_nodes_param */
function requireMembers(rule: Section, cluster: Cluster): void {
  if (rule.options.resources === '') throw failed('no resources were specified')
  if (rule.options.nodes === '') throw failed('no nodes were specified')
  const unmanaged = resourcesOf(rule).filter(
    (sid) => !findResource(cluster.config, parseSid(sid, cluster)),
  )
  if (unmanaged.length > 0) {
    throw failed(`cannot use unmanaged resource(s) ${unmanaged.join(', ')}.`)
  }
  const unknown = splitList(rule.options.nodes ?? '')
    .map((node) => node.replace(/:\d+$/, ''))
    .filter((node) => !cluster.state.nodes.has(node))
  if (unknown.length > 0) {
    throw failed(`cannot use non-existent node(s) ${unknown.join(', ')}.`)
  }
}

/** Keeps a rule that goes together with the others. $assert_feasibility */
function save(rule: Section, cluster: Cluster): void {
  const all = withRule(rules.sections(cluster.config), rule)
  const faults = ruleFaults(all, cluster).get(rule.id)
  if (faults) {
    const errors = { resources: faults.join(', ') }
    throw new Fault(400, `Rule '${rule.id}' is invalid.`, { errors })
  }
  rules.write(cluster.config, all)
}

/**
 * The rules with one that is changed, or with a new one: it comes behind the first, since that is the number which the
 * original takes for the highest. get_next_ordinal
 */
function withRule(all: ReadonlyMap<string, Section>, rule: Section): Map<string, Section> {
  if (all.has(rule.id)) return new Map(all).set(rule.id, rule)
  const [first, ...others] = all
  return new Map([...(first ? [first] : []), [rule.id, rule], ...others])
}
