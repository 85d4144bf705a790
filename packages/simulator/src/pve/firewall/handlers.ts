import { failed } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { runningObjects } from '../sdn/running-config.js'
import { text, type StoredContext } from '../stored/stored-handler.js'
import { aliasHandlers } from './aliases.js'
import { groupHandlers } from './groups.js'
import { logHandler } from './log.js'
import { macroHandler, referenceHandler } from './references.js'
import { ruleHandlers } from './rules.js'
import { setHandlers } from './sets.js'
import { settingHandlers } from './settings.js'

function guestHandlers(kind: 'qemu' | 'lxc'): Handler[] {
  const path = `/nodes/{node}/${kind}/{vmid}/firewall`
  const scope = kind === 'lxc' ? 'ct' : 'vm'
  return [
    ...ruleHandlers({ path: `${path}/rules`, scope }),
    ...aliasHandlers(`${path}/aliases`, scope),
    ...setHandlers(`${path}/ipset`, scope),
    ...settingHandlers({ path: `${path}/options`, scope }),
    referenceHandler(`${path}/refs`, scope),
    logHandler(`${path}/log`),
  ]
}

/** pve-firewall API2/Firewall/Helpers.pm: check_vnet_access */
function authorizeVnet({ params, cluster, rights }: StoredContext, changes: boolean): void {
  const vnet = text(params, 'vnet')
  const running = runningObjects('vnets', cluster.config).get(vnet)
  if (!running) throw failed('invalid vnet specified')
  const zone = String(running.zone)
  const privileges = changes ? ['SDN.Allocate'] : ['SDN.Audit', 'SDN.Allocate']
  rights.requireAny(`/sdn/zones/${zone}/${vnet}`, privileges)
}

const vnet = '/cluster/sdn/vnets/{vnet}/firewall'
const host = '/nodes/{node}/firewall'

/** Everything about firewalls. */
export const firewallHandlers: readonly Handler[] = [
  macroHandler,
  ...groupHandlers,
  ...ruleHandlers({ path: '/cluster/firewall/groups/{group}', scope: 'cluster', isGroup: true }),
  ...ruleHandlers({ path: '/cluster/firewall/rules', scope: 'cluster' }),
  ...aliasHandlers('/cluster/firewall/aliases', 'cluster'),
  ...setHandlers('/cluster/firewall/ipset', 'cluster'),
  ...settingHandlers({ path: '/cluster/firewall/options', scope: 'cluster' }),
  referenceHandler('/cluster/firewall/refs', 'cluster'),
  ...ruleHandlers({ path: `${host}/rules`, scope: 'host' }),
  ...settingHandlers({ path: `${host}/options`, scope: 'host' }),
  logHandler(`${host}/log`),
  ...ruleHandlers({ path: `${vnet}/rules`, scope: 'vnet', authorize: authorizeVnet }),
  ...settingHandlers({ path: `${vnet}/options`, scope: 'vnet', authorize: authorizeVnet }),
  ...guestHandlers('qemu'),
  ...guestHandlers('lxc'),
]
