import { invalidParameters } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { requireDigest } from '../require-digest.js'
import { stored, text, type StoredContext } from '../stored/stored-handler.js'
import type { Alias } from './firewall-config.js'
import {
  listDigest,
  openFirewall,
  saveFirewall,
  withDigest,
  type FileScope,
} from './firewall-file.js'

type Aliases = ReadonlyMap<string, Alias | undefined>

// pve-firewall API2/Firewall/Aliases.pm
export function aliasHandlers(path: string, scope: FileScope): Handler[] {
  const entry = `${path}/{name}`
  const present = (context: StoredContext): Aliases => openFirewall(context, scope).own.aliases
  const save = (context: StoredContext, aliases: Aliases): void =>
    saveFirewall(context, openFirewall(context, scope), { aliases })
  const checkDigest = (context: StoredContext): void =>
    requireDigest(listDigest(asList(present(context))), text(context.params, 'digest'))

  return [
    stored('GET', path, (context) => withDigest(asList(present(context)))),
    stored('POST', path, (context) => {
      const aliases = present(context)
      const name = text(context.params, 'name')
      if (aliases.get(name.toLowerCase())) {
        throw invalidParameters({ name: `alias '${name}' already exists` })
      }
      save(context, new Map(aliases).set(name.toLowerCase(), given(context)))
    }),
    stored('GET', entry, (context) => requireAlias(context, present(context))),
    stored('PUT', entry, (context) => {
      checkDigest(context)
      const aliases = new Map(present(context))
      requireAlias(context, aliases)
      const name = text(context.params, 'name').toLowerCase()
      const wanted = text(context.params, 'rename')
      const rename = wanted.toLowerCase()
      const alias = given(context)
      if (rename === '' || rename === name) {
        save(context, aliases.set(name, alias))
        return
      }
      if (aliases.get(rename)) {
        throw invalidParameters({ name: `alias '${wanted}' already exists` })
      }
      aliases.delete(name)
      save(context, aliases.set(rename, { ...alias, name: wanted }))
    }),
    stored('DELETE', entry, (context) => {
      checkDigest(context)
      const aliases = new Map(present(context))
      aliases.delete(text(context.params, 'name').toLowerCase())
      save(context, aliases)
    }),
  ]
}

function asList(aliases: Aliases): Record<string, unknown>[] {
  return [...aliases].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, alias]) => ({ ...alias }))
}

function given({ params }: StoredContext): Alias {
  const comment = text(params, 'comment')
  return {
    name: text(params, 'name'),
    cidr: text(params, 'cidr'),
    ...(comment !== '' && comment !== '0' && { comment }),
  }
}

function requireAlias({ params }: StoredContext, aliases: Aliases): Alias {
  const alias = aliases.get(text(params, 'name').toLowerCase())
  if (!alias) throw invalidParameters({ name: 'no such alias' })
  return alias
}
