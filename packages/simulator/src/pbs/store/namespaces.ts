import {
  handleRest,
  isSet,
  needText,
  numberOf,
  textOf,
  type RestHandler,
} from '../../rest/context.js'
import { bad, forbidden } from '../../rest/rest-fault.js'
import { maxNamespaceDepth } from '../pbs-product.js'
import { storePath } from '../store-path.js'
import { isLimited, namespacePrivileges } from './access.js'
import { depthOf } from './backup-place.js'
import { Datastore } from './datastore.js'

const path = '/admin/datastore/{store}/namespace'

// proxmox-backup src/api2/admin/namespace.rs: list_namespaces
const list = handleRest('GET', path, ({ params, cluster, rights }) => {
  const store = needText(params, 'store')
  const parent = textOf(params, 'parent') ?? ''
  const maySeeParent = rights.hasAny(storePath(store, parent), ...namespacePrivileges)
  const datastore = new Datastore(cluster, store, 'read')
  if (!datastore.hasNamespace(parent) && !maySeeParent) throw forbidden()
  const seen = datastore
    .namespaces(parent, numberOf(params, 'max-depth'))
    .filter((ns) => rights.hasAny(storePath(store, ns), ...namespacePrivileges))
  if (seen.length === 0 && !maySeeParent) throw forbidden()
  return seen.map((ns) => ({ ns }))
})

// proxmox-backup src/api2/admin/namespace.rs: create_namespace
const create = handleRest('POST', path, ({ params, cluster, rights }) => {
  const store = needText(params, 'store')
  const parent = textOf(params, 'parent') ?? ''
  const name = needText(params, 'name')
  const ns = parent === '' ? name : `${parent}/${name}`
  if (depthOf(ns) > maxNamespaceDepth) {
    throw bad(`namespace to deep, ${depthOf(parent)} >= max ${maxNamespaceDepth}`)
  }
  isLimited(rights, { store, ns: parent }, { full: ['Datastore.Modify'], own: [] })
  const datastore = new Datastore(cluster, store, 'write')
  if (!datastore.hasNamespace(parent)) {
    throw bad(`cannot create new namespace, parent ${parent} doesn't already exists`)
  }
  datastore.addNamespace(ns)
  return ns
})

// proxmox-backup src/api2/admin/namespace.rs: delete_namespace
const remove = handleRest('DELETE', path, ({ params, cluster, rights }) => {
  const store = needText(params, 'store')
  const ns = textOf(params, 'ns') ?? ''
  if (ns === '') throw bad('Cannot create/delete root namespace!')
  const parent = ns.split('/').slice(0, -1).join('/')
  isLimited(rights, { store, ns: parent }, { full: ['Datastore.Modify'], own: [] })
  const datastore = new Datastore(cluster, store, 'write')
  const withGroups = isSet(params, 'delete-groups')
  const all = datastore.namespaces(ns).toReversed()
  let isComplete = true
  for (const one of all) {
    const groups = withGroups ? datastore.groups(one) : []
    for (const group of groups) if (datastore.removeGroup(group).kept > 0) isComplete = false
    if (!datastore.removeNamespace(one)) isComplete = false
  }
  if (isComplete) return
  throw bad(
    withGroups
      ? 'group only partially deleted due to protected snapshots'
      : 'only partially deleted due to existing groups but `delete-groups` not true ',
  )
})

export const namespaceHandlers: readonly RestHandler[] = [list, create, remove]
