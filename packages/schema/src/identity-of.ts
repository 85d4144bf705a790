import type { Definition } from './definition.js'
import type { Method, Schema } from './model.js'

/**
 * The members by which the entries of a list are told apart: what leads on from an entry to the calls below it, as far
 * as the list itself reaches, or else what the call that deletes an entry has to be told. `undefined` where the
 * definition does not say.
 */
export function identityOf(definition: Definition, list: Method): readonly string[] | undefined {
  const names = namesBelow(definition, list)
  return names.length > 0 ? names : namesToDelete(definition, list)
}

/** `fabric_id` and `node_id` for `/cluster/sdn/fabrics/node`, below which nodes are listed by fabric. */
function namesBelow(definition: Definition, list: Method): readonly string[] {
  const entry = entryOf(list)
  const first = nameBelow(definition, list)
  if (first === undefined) return []
  const names = [nameIn(entry, first)]
  for (let at = childOf(definition, list); at; at = childOf(definition, at)) {
    const name = isList(at) ? nameBelow(definition, at) : undefined
    if (name === undefined || !isRequired(entry, name)) break
    names.push(name)
  }
  return names
}

/** Only the definitions of PVE and PMG have links; what leads on from an entry is a placeholder in all of them. */
function nameBelow(definition: Definition, list: Method): string | undefined {
  const link = list.returns.links?.[0]?.href ?? placeholderBelow(definition, list)
  return /\{([^{}]+)\}$/.exec(link ?? '')?.[1]
}

function childOf(definition: Definition, list: Method): Method | undefined {
  const placeholder = placeholderBelow(definition, list)
  return definition.method('GET', `${list.path}/${placeholder}`)
}

function placeholderBelow(definition: Definition, { path }: Method): string | undefined {
  for (const method of definition.methods()) {
    if (method.path.startsWith(`${path}/{`)) return method.path.slice(path.length + 1).split('/')[0]
  }
  return undefined
}

/** Some entries do not call it as the placeholder does: `/nodes/{node}/network/{iface}` leads on by `name`. */
function nameIn(entry: Schema, placeholder: string): string {
  if (!entry.properties || placeholder in entry.properties) return placeholder
  return ['id', 'name'].find((name) => isRequired(entry, name)) ?? placeholder
}

// proxmox-backup src/api2/admin/datastore.rs: delete_snapshot, at the path that lists snapshots
function namesToDelete(definition: Definition, list: Method): readonly string[] | undefined {
  const { properties = {} } = definition.method('DELETE', list.path)?.parameters ?? {}
  const names = Object.keys(properties).filter(
    (name) => !properties[name]?.optional && !list.path.includes(`{${name}}`),
  )
  const entry = entryOf(list)
  return names.length > 0 && names.every((name) => isRequired(entry, name)) ? names : undefined
}

const isList = ({ returns }: Method): boolean => returns.type === 'array'

const entryOf = ({ returns }: Method): Schema => returns.items ?? {}

function isRequired(entry: Schema, name: string): boolean {
  const member = entry.properties?.[name]
  return member !== undefined && !member.optional
}
