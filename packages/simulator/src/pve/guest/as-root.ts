import { rightsOf } from '../access/compute-rights.js'
import type { CallContext } from '../context.js'

/** The same call as if the node itself made it: daemons act as root@pam. */
export function asRoot<P>(context: CallContext<P>): CallContext<P> {
  const { cluster, node } = context
  const user = 'root@pam'
  return {
    ...context,
    user,
    rights: rightsOf(cluster.config, user),
    startTask(type, id, body) {
      const { bootTime } = cluster.node(node)
      return cluster.state.tasks.start({ node, type, id: String(id), user, bootTime }, body)
    },
  }
}
