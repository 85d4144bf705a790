import { failed } from '../../engine/fault.js'
import { prefixed } from '../stored/collection.js'
import { text, type StoredContext } from '../stored/stored-handler.js'

/** Below `/etc/pve`. */
export const lockFile = 'sdn/.lock'

/** Runs a change that nobody may make who does not hold the lock. pve-network Network/SDN.pm: lock_sdn_config */
export function locked<T>(context: StoredContext, prefix: string, run: () => T): T {
  return prefixed(prefix, () => {
    const token = context.cluster.config.read(lockFile)
    if (token !== undefined && token !== text(context.params, 'lock-token')) {
      throw failed('invalid lock token provided!')
    }
    return run()
  })
}
