import { failed } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { collection } from '../stored/collection.js'
import { optionsOf } from '../stored/option-names.js'
import { text, type StoredContext } from '../stored/stored-handler.js'
import { areGroupsMigrated, formatSid, groups, resources } from './ha-files.js'

// pve-ha-manager API2/HA/Groups.pm
const collected = collection({
  file: groups.path,
  path: '/cluster/ha/groups',
  id: 'group',
  types: { group: optionsOf('nodes', 'comment nofailback restricted') },
  texts: {
    missing: (id) => `no such ha group '${id}'`,
    unknown: (id) => `no such ha group '${id}'`,
    exists: (id) => `ha group ID '${id}' already defined`,
    creating: 'create ha group failed',
    updating: 'update ha group failed',
    deleting: 'delete ha group failed',
  },
  show: (data, { params }, isListed) => ({
    ...data,
    group: isListed ? data.group : text(params, 'group'),
  }),
})

const verbs: Readonly<Record<Handler['verb'], string>> = {
  GET: 'read group',
  POST: 'create group',
  PUT: 'update group',
  DELETE: 'delete group',
}

/** Where there are none any more, every call is refused. */
export const groupHandlers: readonly Handler[] = collected.map((handler) => ({
  ...handler,
  run: (context) => {
    const { cluster, params }: StoredContext = context
    if (areGroupsMigrated(cluster)) {
      const isList = handler.verb === 'GET' && !handler.path.endsWith('}')
      const verb = isList ? 'index groups' : verbs[handler.verb]
      throw failed(`cannot ${verb}: ha groups have been migrated to rules`)
    }
    if (handler.verb === 'DELETE') requireUnused(cluster, text(params, 'group'))
    return handler.run(context)
  },
}))

function requireUnused({ config }: StoredContext['cluster'], group: string): void {
  for (const section of resources.sections(config).values()) {
    if (section.options.group !== group) continue
    throw failed(`delete ha group failed: ha group is used by service '${formatSid(section)}'`)
  }
}
