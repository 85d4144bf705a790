import { failed, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { isTrue } from '../config-text.js'
import { connectDirectory } from './directory.js'
import { directoryGroups, directoryUsers } from './directory-entries.js'
import { readRealms } from './realms.js'
import { syncGroups, syncUsers } from './sync-entries.js'
import { parseSyncOptions } from './sync-options.js'
import { draftUserConfig, editUserConfig, type UserConfig } from './user-config.js'

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
    const scope = params.scope ?? defaults.scope
    if (scope === undefined) {
      throw invalidParameters({
        scope: 'Not passed as parameter and not defined in realm default sync options.',
      })
    }
    // The options of old are looked at where there is no other, and there always is.
    const { 'enable-new': enableNew = '1', 'remove-vanished': removeVanished = 'none' } = {
      ...defaults,
      ...given(params),
    }
    const isTest = isTrue(params['dry-run'])
    const what = scope === 'both' ? 'users and groups' : scope
    return startTask(isTest ? 'auth-realm-sync-test' : 'auth-realm-sync', id, (task) => {
      task.log(`${isTest ? '(dry test run) ' : ''}starting sync for realm ${id}`)
      const server = connectDirectory(cluster, { realm })
      const warn = (text: string): void => task.log(text)
      const creation = cluster.definition.method('POST', '/access/users')
      const rules = creation?.parameters.properties ?? {}
      const users = directoryUsers(server, { realm, rules, warn })
      const groups =
        scope === 'users'
          ? new Map<string, Set<string>>()
          : directoryGroups(server, { realm, users, warn })
      const change = (draft: UserConfig): void => {
        const plan = { realm: id, removeVanished, enableNew: isTrue(enableNew), log: warn }
        task.log(`got data from server, updating ${what}`)
        if (scope !== 'groups') syncUsers(draft, users, plan)
        if (scope !== 'users') syncGroups(draft, groups, plan)
      }
      if (isTest) {
        change(draftUserConfig(cluster.config))
        task.log('', 'NOTE: Dry test run, changes were NOT written to the configuration.')
        return
      }
      editUserConfig(cluster.config, { failure: `syncing ${what} failed`, change })
      task.log(`successfully updated ${what} configuration`)
    })
  },
)

const optionNames = ['enable-new', 'remove-vanished'] as const

function given(params: { readonly [Name in (typeof optionNames)[number]]?: string }): Record<
  string,
  string
> {
  return Object.fromEntries(
    optionNames.flatMap((name) => {
      const value = params[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
