import { failed, invalidParameters } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { isTrue } from '../config-text.js'
import { requireDigest } from '../require-digest.js'
import { stored, text, type StoredContext } from '../stored/stored-handler.js'
import type { Rule } from './firewall-config.js'
import {
  listDigest,
  openFirewall,
  saveFirewall,
  withDigest,
  type FirewallFile,
} from './firewall-file.js'

const path = '/cluster/firewall/groups'

// pve-firewall API2/Firewall/Groups.pm: list_security_groups
const list = stored('GET', path, (context) =>
  withDigest(groupList(openFirewall(context, 'cluster'))),
)

// pve-firewall API2/Firewall/Groups.pm: create_security_group
const create = stored('POST', path, (context) => {
  const file = openFirewall(context, 'cluster')
  const group = text(context.params, 'group')
  const rename = text(context.params, 'rename')
  const { comment } = context.params
  const groups = new Map(file.own.groups)
  const groupComments = new Map(file.own.groupComments)
  const setComment = (name: string): void => {
    if (typeof comment === 'string') groupComments.set(name, comment)
  }
  if (rename === '') {
    if (groups.has(group)) {
      throw invalidParameters({ group: `Security group '${group}' already exists` })
    }
    groups.set(group, [])
    setComment(group)
    saveFirewall(context, file, { groups, groupComments })
    return
  }
  requireDigest(listDigest(groupList(file)), text(context.params, 'digest'))
  const members = groups.get(rename)
  if (!members) {
    throw invalidParameters({ group: `Security group '${rename}' does not exist` })
  }
  if (groups.has(group) && group !== rename) {
    throw invalidParameters({ group: `Security group '${group}' does already exist` })
  }
  if (rename !== group) {
    groups.delete(rename)
    groups.set(group, members)
    const old = groupComments.get(rename)
    groupComments.delete(rename)
    if (old !== undefined) groupComments.set(group, old)
    renameInOtherFiles(context, { from: rename, to: group })
  }
  setComment(group)
  const rules = renamed(file.own.rules, { from: rename, to: group })
  saveFirewall(context, file, { groups, groupComments, rules })
})

// pve-firewall API2/Firewall/Rules.pm: delete_security_group
const remove = stored('DELETE', `${path}/{group}`, (context) => {
  const file = openFirewall(context, 'cluster')
  const group = text(context.params, 'group')
  const members = file.own.groups.get(group)
  if (!members) throw failed(`no such security group '${group}'`)
  if (members.length > 0) throw failed(`Security group '${group}' is not empty`)
  const groups = new Map(file.own.groups)
  groups.delete(group)
  saveFirewall(context, file, { groups })
})

export const groupHandlers: readonly Handler[] = [list, create, remove]

function groupList({ own }: FirewallFile): Record<string, unknown>[] {
  return [...own.groups.keys()].toSorted().map((group) => {
    const comment = own.groupComments.get(group)
    return { group, ...(isTrue(comment) && { comment }) }
  })
}

interface Renaming {
  readonly from: string
  readonly to: string
}

function renamed(rules: readonly Rule[], { from, to }: Renaming): readonly Rule[] {
  return rules.map((rule) => {
    const { type, action } = rule.properties
    if (type !== 'group' || action !== from) return rule
    return { ...rule, properties: { ...rule.properties, action: to } }
  })
}

/** Nodes and guests name the group in their rules. */
function renameInOtherFiles(context: StoredContext, renaming: Renaming): void {
  const { cluster } = context
  for (const node of cluster.nodeNames()) {
    renameIn({ ...context, node }, 'host', renaming)
  }
  for (const { vmid, type } of cluster.guests.all()) {
    const params = { vmid: String(vmid) }
    renameIn({ ...context, params }, type === 'lxc' ? 'ct' : 'vm', renaming)
  }
}

function renameIn(context: StoredContext, scope: 'host' | 'vm' | 'ct', renaming: Renaming): void {
  const file = openFirewall(context, scope)
  if (!context.cluster.config.has(file.path)) return
  saveFirewall(context, file, { rules: renamed(file.own.rules, renaming) })
}
