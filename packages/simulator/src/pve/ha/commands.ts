import type { ConfigTree } from '../../engine/config-tree.js'

const path = 'ha/crm_commands'

/** Hands a command to the manager, which reads them one by one. pve-ha-manager HA/Config.pm: queue_crm_commands */
export function queueCommand(config: ConfigTree, command: string): void {
  config.write(path, `${config.read(path) ?? ''}${command}\n`)
}
