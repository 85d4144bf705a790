import { failed, invalidParameters } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { isTrue } from '../config-text.js'
import { requireDigest } from '../require-digest.js'
import { stored, text, type StoredContext } from '../stored/stored-handler.js'
import { aliasName, cleanCidr, parseCidr, resolveAlias } from './addresses.js'
import type { SetEntry } from './firewall-config.js'
import {
  listDigest,
  openFirewall,
  saveFirewall,
  withDigest,
  type FileScope,
  type FirewallFile,
} from './firewall-file.js'

// pve-firewall API2/Firewall/IPSet.pm: the packages for lists of sets
export function setHandlers(path: string, scope: FileScope): Handler[] {
  return [
    stored('GET', path, (context) => withDigest(setList(openFirewall(context, scope)))),
    stored('POST', path, (context) => {
      const file = openFirewall(context, scope)
      const name = text(context.params, 'name')
      const { comment } = context.params
      const sets = new Map(file.own.sets)
      const setComments = new Map(file.own.setComments)
      const old = text(context.params, 'rename')
      if (old === '') {
        if (sets.has(name)) throw invalidParameters({ name: `IPSet '${name}' already exists` })
        sets.set(name, [])
      } else {
        requireDigest(listDigest(setList(file)), text(context.params, 'digest'))
        const entries = sets.get(old)
        if (!entries) throw invalidParameters({ name: `IPSet '${old}' does not exist` })
        if (sets.has(name) && name !== old) {
          throw invalidParameters({ name: `IPSet '${name}' does already exist` })
        }
        const oldComment = setComments.get(old)
        sets.delete(old)
        setComments.delete(old)
        sets.set(name, entries)
        if (isTrue(oldComment)) setComments.set(name, oldComment)
      }
      if (typeof comment === 'string') setComments.set(name, comment)
      saveFirewall(context, file, { sets, setComments })
    }),
    ...entryHandlers(`${path}/{name}`, scope),
  ]
}

// pve-firewall API2/Firewall/IPSet.pm: the packages for one set
function entryHandlers(path: string, scope: FileScope): Handler[] {
  const entryPath = `${path}/{cidr}`

  function open(context: StoredContext): OpenSet {
    const file = openFirewall(context, scope)
    const name = text(context.params, 'name')
    const entries = file.own.sets.get(name)
    if (!entries) throw failed(`no such IPSet '${name}'`)
    return { file, name, entries }
  }

  return [
    stored('GET', path, (context) => withDigest(open(context).entries.map(entryData))),
    stored('DELETE', path, (context) => {
      const { file, name, entries } = open(context)
      if (entries.length > 0 && !isTrue(text(context.params, 'force'))) {
        throw failed(`IPSet '${name}' is not empty`)
      }
      const sets = new Map(file.own.sets)
      sets.delete(name)
      saveFirewall(context, file, { sets })
    }),
    stored('POST', path, (context) => {
      const set = open(context)
      const cidr = newCidr(text(context.params, 'cidr'), set.file)
      if (set.entries.some((entry) => entry.cidr === cidr)) {
        throw invalidParameters({ cidr: `address '${cidr}' already exists` })
      }
      if (/\/0+$/.test(cidr)) {
        throw invalidParameters({ cidr: 'a zero prefix is not allowed in ipset entries' })
      }
      save(context, { ...set, entries: [{ cidr, ...marks(context) }, ...set.entries] })
    }),
    stored('GET', entryPath, (context) => {
      const { entries } = open(context)
      const cidr = text(context.params, 'cidr')
      const found = withDigest(entries.map(entryData)).find((entry) => entry.cidr === cidr)
      if (!found) throw noEntry()
      return found
    }),
    stored('PUT', entryPath, (context) => {
      const set = open(context)
      checkDigest(context, set)
      const cidr = text(context.params, 'cidr')
      const at = set.entries.findIndex((entry) => entry.cidr === cidr)
      if (at < 0) throw noEntry()
      save(context, { ...set, entries: set.entries.with(at, { cidr, ...marks(context) }) })
    }),
    stored('DELETE', entryPath, (context) => {
      const set = open(context)
      checkDigest(context, set)
      const cidr = text(context.params, 'cidr')
      save(context, { ...set, entries: set.entries.filter((entry) => entry.cidr !== cidr) })
    }),
  ]
}

function save(context: StoredContext, { file, name, entries }: OpenSet): void {
  saveFirewall(context, file, { sets: new Map(file.own.sets).set(name, entries) })
}

function checkDigest({ params }: StoredContext, { entries }: OpenSet): void {
  requireDigest(listDigest(entries.map(entryData)), text(params, 'digest'))
}

interface OpenSet {
  readonly file: FirewallFile
  readonly name: string
  readonly entries: readonly SetEntry[]
}

function setList({ own }: FirewallFile): Record<string, unknown>[] {
  return [...own.sets.keys()].toSorted().map((name) => {
    const comment = own.setComments.get(name)
    return { name, ...(isTrue(comment) && { comment }) }
  })
}

function entryData({ nomatch, ...entry }: SetEntry): Record<string, unknown> {
  return { ...entry, ...(isTrue(nomatch) && { nomatch: 1 }) }
}

function marks({ params }: StoredContext): Omit<SetEntry, 'cidr'> {
  const [nomatch, comment] = [text(params, 'nomatch'), text(params, 'comment')]
  return { ...(isTrue(nomatch) && { nomatch }), ...(isTrue(comment) && { comment }) }
}

function newCidr(given: string, file: FirewallFile): string {
  const alias = aliasName(given)
  if (!alias) return parseCidr(cleanCidr(given)).cidr
  if (!resolveAlias(given, file)) throw failed(`no such alias '${alias.name}'`)
  return given
}

function noEntry(): Error {
  return invalidParameters({ cidr: 'no such IP/Network' })
}
