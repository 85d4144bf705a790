import type { Cluster } from '../cluster.js'
import { isTrue } from '../config-text.js'
import type { Realm } from './realms.js'
import { editUserConfig } from './user-config.js'

interface Member {
  readonly realm: Realm
  readonly userid: string
  /** Name by which the provider knows the user. */
  readonly person: string
}

/**
 * Makes a user a member of the groups that the provider tells of, under the names that the cluster has for them.
 *
 * pve-access-control API2/OpenId.pm: login
 */
export function joinOpenidGroups(cluster: Cluster, { realm, userid, person }: Member): void {
  const { options } = realm
  // The simulated providers have their groups in one claim.
  if (options['groups-claim'] !== 'groups') return
  const provider = cluster.state.identityServers.get(options['issuer-url'] ?? '')
  const told = Object.entries(provider?.groups ?? {})
    .filter(([name, members]) => members.includes(person) && /^[A-Za-z0-9.\-_]+$/.test(name))
    .map(([name]) => `${name}-${realm.id}`)
  editUserConfig(cluster.config, {
    failure: 'openid group mapping failed',
    change(draft) {
      if (isTrue(options['groups-overwrite'])) {
        for (const group of draft.groups.values()) group.users.delete(userid)
      }
      for (const id of told) {
        const group = draft.groups.get(id)
        if (group) group.users.add(userid)
        else if (isTrue(options['groups-autocreate']))
          draft.groups.set(id, { users: new Set([userid]) })
      }
    },
  })
}
