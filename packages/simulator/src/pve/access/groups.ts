import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { isTrue } from '../config-text.js'
import { walkAcl } from './acl-tree.js'
import { editUserConfig, readUserConfig } from './user-config.js'

// pve-access-control API2/Group.pm: index
const listGroups = handle('GET', '/access/groups', ({ cluster, rights }) =>
  [...readUserConfig(cluster.config).groups].flatMap(([groupid, { users, comment }]) =>
    rights.hasAny(`/access/groups/${groupid}`, ['User.Modify', 'Sys.Audit', 'Group.Allocate'])
      ? [
          {
            groupid,
            users: [...users].toSorted().join(','),
            ...(comment !== undefined && { comment }),
          },
        ]
      : [],
  ),
)

// pve-access-control API2/Group.pm: create_group
const createGroup = handle(
  'POST',
  '/access/groups',
  ({ params: { groupid, comment }, cluster }) => {
    editUserConfig(cluster.config, {
      failure: 'create group failed',
      change({ groups }) {
        if (groups.has(groupid)) throw failed(`group '${groupid}' already exists`)
        groups.set(groupid, { users: new Set(), ...(isTrue(comment) && { comment }) })
      },
    })
  },
)

// pve-access-control API2/Group.pm: read_group
const readGroup = handle('GET', '/access/groups/{groupid}', ({ params: { groupid }, cluster }) => {
  const { users, comment } = requireGroup(readUserConfig(cluster.config).groups, groupid)
  return { members: [...users], ...(comment !== undefined && { comment }) }
})

// pve-access-control API2/Group.pm: update_group
const updateGroup = handle('PUT', '/access/groups/{groupid}', ({ params, cluster }) => {
  const { groupid, comment } = params
  editUserConfig(cluster.config, {
    failure: 'update group failed',
    change({ groups }) {
      const group = requireGroup(groups, groupid)
      if (comment !== undefined) group.comment = comment
    },
  })
})

// pve-access-control API2/Group.pm: delete_group
const deleteGroup = handle(
  'DELETE',
  '/access/groups/{groupid}',
  ({ params: { groupid }, cluster }) => {
    editUserConfig(cluster.config, {
      failure: 'delete group failed',
      change({ groups, acl }) {
        requireGroup(groups, groupid)
        groups.delete(groupid)
        for (const [, node] of walkAcl(acl)) node.groups.delete(groupid)
      },
    })
  },
)

export const groupHandlers: readonly Handler[] = [
  listGroups,
  createGroup,
  readGroup,
  updateGroup,
  deleteGroup,
]

function requireGroup<G>(groups: ReadonlyMap<string, G>, groupid: string): G {
  const group = groups.get(groupid)
  if (!group) throw failed(`group '${groupid}' does not exist`)
  return group
}
