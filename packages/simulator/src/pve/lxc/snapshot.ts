import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { containerJob } from './container-job.js'
import { requireUnlocked } from './container.js'
import { sectionData, snapshotOf } from './read-config.js'
import { startTask } from './start-container.js'
import { deleteSnapshot, rollBack, takeSnapshot } from './snapshot-work.js'

// pve-container API2/LXC/Snapshot.pm: list
const list = handle('GET', '/nodes/{node}/lxc/{vmid}/snapshot', ({ params, cluster, node }) => {
  const container = cluster.lxc(node, Number(params.vmid))
  const { main, snapshots } = container.config
  const rows = Array.from(snapshots, ([name, section]) => {
    const parent = section.get('parent')
    const state = section.get('snapstate')
    return {
      name,
      snaptime: Number(section.get('snaptime') ?? 0),
      description: section.get('description') ?? '',
      ...(parent && { parent }),
      ...(state && { snapstate: state }),
    }
  })
  const parent = main.get('parent')
  const current = {
    name: 'current',
    digest: container.digest,
    running: container.isRunning ? 1 : 0,
    description: 'You are here!',
    ...(parent && { parent }),
  }
  return [...rows, current]
})

// pve-container API2/LXC/Snapshot.pm: snapshot
const create = handle('POST', '/nodes/{node}/lxc/{vmid}/snapshot', (context) => {
  const { params, cluster } = context
  const { snapname: name, description } = params
  const container = cluster.lxc(context.node, Number(params.vmid))
  if (name === 'current' || name === 'vzdump') {
    throw failed(`unable to use snapshot name '${name}' (reserved name)`)
  }
  return context.startTask('vzsnapshot', container.vmid, (task) =>
    takeSnapshot(containerJob(context, { container, task }), task, { name, description }),
  )
})

// pve-container API2/LXC/Snapshot.pm: get_snapshot_config
const readConfig = handle(
  'GET',
  '/nodes/{node}/lxc/{vmid}/snapshot/{snapname}/config',
  ({ params, cluster, node, rights }) => {
    const vmid = Number(params.vmid)
    const { config } = cluster.lxc(node, vmid)
    const { lxc: _, ...options } = sectionData(snapshotOf(config, params.snapname), {
      rights,
      vmid,
      mayReadAll: true,
    })
    return options
  },
)

// pve-container API2/LXC/Snapshot.pm: update_snapshot_config
const describe = handle(
  'PUT',
  '/nodes/{node}/lxc/{vmid}/snapshot/{snapname}/config',
  async ({ params, cluster, node }) => {
    const { description, snapname } = params
    if (description === undefined) return
    const container = cluster.lxc(node, Number(params.vmid))
    await container.locked(() => {
      requireUnlocked(container.config.main)
      snapshotOf(container.config, snapname)
      container.update(({ snapshots }) => snapshots.get(snapname)?.set('description', description))
    })
  },
)

// pve-container API2/LXC/Snapshot.pm: rollback
const rollback = handle(
  'POST',
  '/nodes/{node}/lxc/{vmid}/snapshot/{snapname}/rollback',
  (context) => {
    const { params, cluster } = context
    const container = cluster.lxc(context.node, Number(params.vmid))
    return context.startTask('vzrollback', container.vmid, async (task) => {
      await rollBack(containerJob(context, { container, task }), task, params.snapname)
      if (params.start === '1') startTask(context, { container })
    })
  },
)

// pve-container API2/LXC/Snapshot.pm: delsnapshot
const remove = handle('DELETE', '/nodes/{node}/lxc/{vmid}/snapshot/{snapname}', (context) => {
  const { params, cluster } = context
  const container = cluster.lxc(context.node, Number(params.vmid))
  return context.startTask('vzdelsnapshot', container.vmid, (task) =>
    deleteSnapshot(containerJob(context, { container, task }), task, params.snapname),
  )
})

export const snapshotHandlers: readonly Handler[] = [
  list,
  create,
  readConfig,
  describe,
  rollback,
  remove,
]
