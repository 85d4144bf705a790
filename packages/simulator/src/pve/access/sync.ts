import { failed, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { isTrue } from '../config-text.js'
import { requireDirectory } from './directory.js'
import { readRealms } from './realms.js'
import { parseSyncOptions } from './sync-options.js'

// pve-access-control API2/Domains.pm: sync
export const syncRealm: Handler = handle(
  'POST',
  '/access/domains/{realm}/sync',
  ({ params, cluster, startTask }) => {
    const realm = readRealms(cluster.config).get(params.realm)
    if (!realm) throw invalidParameters({ realm: 'Realm does not exist.' })
    const { id, type, options } = realm
    if (type !== 'ldap' && type !== 'ad') {
      throw failed(`Cannot sync realm type '${type}'! Only LDAP/AD realms can be synced.`)
    }
    const defaults = parseSyncOptions(options['sync-defaults-options'] ?? '')
    if ((params.scope ?? defaults.scope) === undefined) {
      throw invalidParameters({
        scope: 'Not passed as parameter and not defined in realm default sync options.',
      })
    }
    const isTest = isTrue(params['dry-run'])
    return startTask(isTest ? 'auth-realm-sync-test' : 'auth-realm-sync', id, (task) => {
      task.log(`${isTest ? '(dry test run) ' : ''}starting sync for realm ${id}`)
      requireDirectory(realm)
    })
  },
)
