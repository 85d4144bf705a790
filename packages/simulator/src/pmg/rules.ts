import type { ProductRules } from '../engine/dispatch.js'
import { invalidParameters, permissionDenied } from '../engine/fault.js'
import { HandlerTable } from '../engine/handle.js'
import type { Rights } from '../pve/access/rights.js'
import type { Cluster } from '../pve/cluster.js'
import { perlRules } from '../pve/rules.js'
import { pmgHandlers } from './handlers.js'
import { roleOf } from './user-config.js'

const table = new HandlerTable(pmgHandlers)

/** How Proxmox Mail Gateway decides along the way of a call: by roles, and by nothing finer. */
export function pmgRules(cluster: Cluster): ProductRules {
  return {
    ...perlRules(cluster, table, everything),
    // pmg-api PMG/RESTEnvironment.pm: check_api2_permissions
    authorize({ permissions }, user) {
      if (user === undefined && permissions?.user === 'world') return
      if (user === undefined) throw permissionDenied('user == null')
      if (user === 'root@pam') return
      if (!permissions) throw permissionDenied('user != root@pam')
      if (permissions.user === 'all') return
      const { check } = permissions
      const role = roleOf(cluster, user)
      const roles = check?.op === 'role' ? check.roles : []
      // Helpdesk is quarantine manager and auditor in one.
      const own = role === 'helpdesk' ? ['helpdesk', 'audit', 'qmanager'] : [role]
      if (!own.some((name) => name !== undefined && roles.includes(name))) throw permissionDenied()
    },
    locate(method, call, params) {
      if (method.proxyto === undefined || method.proxyto === 'master') return call.node
      const wanted = params[method.proxyto]
      if (typeof wanted !== 'string') {
        throw invalidParameters({
          [method.proxyto]: `proxy parameter '${method.proxyto}' does not exists`,
        })
      }
      return cluster.locate(wanted, call)
    },
  }
}

/** Whoever has the role for a call may do all that it does. */
function everything(user: string): Rights {
  return {
    user,
    permissions: () => new Map(),
    has: () => true,
    hasAny: () => true,
    require: () => {},
    requireAny: () => {},
  }
}
