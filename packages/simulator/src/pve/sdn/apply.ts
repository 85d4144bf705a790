import { randomUUID } from 'node:crypto'
import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { isTrue } from '../config-text.js'
import { lockFile, locked } from './lock.js'
import { reloadNetworks } from './node-status.js'
import { applyConfig, hasPendingChanges, rollbackConfig } from './running-config.js'

// pve-network API2/Network/SDN.pm: lock
const lock = handle('POST', '/cluster/sdn/lock', (context) =>
  locked(context, 'could not acquire lock for SDN config', () => {
    const { config } = context.cluster
    if (!isTrue(context.params['allow-pending']) && hasPendingChanges(config)) {
      throw failed('configuration has pending changes')
    }
    const token = randomUUID()
    config.write(lockFile, token)
    return token
  }),
)

// pve-network API2/Network/SDN.pm: release_lock
const unlock = handle('DELETE', '/cluster/sdn/lock', (context) => {
  const release = (): void => context.cluster.config.remove(lockFile)
  if (isTrue(context.params.force)) release()
  else locked(context, 'could not release lock', release)
})

/** With the token the lock goes too, unless the caller wants to keep it. */
function releases(params: {
  readonly 'lock-token'?: string
  readonly 'release-lock'?: string
}): boolean {
  return isTrue(params['lock-token']) && isTrue(params['release-lock'] ?? '1')
}

// pve-network API2/Network/SDN.pm: rollback
const rollback = handle('POST', '/cluster/sdn/rollback', (context) => {
  locked(context, 'could not rollback SDN configuration', () => {
    rollbackConfig(context.cluster.config)
    if (releases(context.params)) context.cluster.config.remove(lockFile)
  })
})

// pve-network API2/Network/SDN.pm: reload
const apply = handle('PUT', '/cluster/sdn', (context) => {
  const { cluster, startTask } = context
  locked(context, 'could not commit SDN config', () => {
    applyConfig(cluster.config)
    if (releases(context.params)) cluster.config.remove(lockFile)
  })
  return startTask('reloadnetworkall', '', (task) => {
    for (const node of cluster.nodeNames()) {
      task.log(`${node}: reloading network config`)
      if (cluster.isOnline(node)) reloadNetworks(cluster, node)
    }
  })
})

export const applyHandlers: readonly Handler[] = [lock, unlock, rollback, apply]
