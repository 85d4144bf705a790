import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import { snapshotOf } from './read-config.js'
import { deleteSnapshot } from './snapshot-delete.js'
import { rollBack } from './snapshot-rollback.js'
import { takeSnapshot } from './snapshot-take.js'
import { startTask } from './start-vm.js'
import { requireSavable } from './suspend-to-disk.js'
import { optionData } from './vm-options.js'
import { jobOfCall, jobOfTask } from './vm-job.js'
import { requireUnlocked } from './vm.js'

export const listSnapshots: Handler = handle(
  'GET',
  '/nodes/{node}/qemu/{vmid}/snapshot',
  ({ params, cluster, node }) => {
    const vm = cluster.qemu(node, Number(params.vmid))
    const { main, snapshots } = vm.config
    const rows = Array.from(snapshots, ([name, section]) => {
      const parent = section.get('parent')
      const state = section.get('snapstate')
      return {
        name,
        snaptime: Number(section.get('snaptime') ?? 0),
        vmstate: section.has('vmstate') ? 1 : 0,
        description: section.get('description') ?? '',
        ...(parent && { parent }),
        ...(state && { snapstate: state }),
      }
    })
    const parent = main.get('parent')
    const current = {
      name: 'current',
      digest: vm.digest,
      running: vm.isRunning ? 1 : 0,
      description: 'You are here!',
      ...(parent && { parent }),
    }
    return [...rows, current]
  },
)

export const createSnapshot: Handler = handle(
  'POST',
  '/nodes/{node}/qemu/{vmid}/snapshot',
  (context) => {
    const { params, cluster } = context
    const { snapname: name, description } = params
    const vm = cluster.qemu(context.node, Number(params.vmid))
    const withState = params.vmstate === '1'
    if (name === 'current') {
      throw failed("unable to use snapshot name 'current' (reserved name)")
    }
    if (name.toLowerCase() === 'pending') {
      throw failed("unable to use snapshot name 'pending' (reserved name)")
    }
    vm.requireConfig()
    if (withState) requireSavable(vm.config.main)
    const job = jobOfCall(context, vm)
    return context.startTask('qmsnapshot', vm.vmid, (task) =>
      takeSnapshot(jobOfTask(job, task), task, { name, description, withState }),
    )
  },
)

export const readSnapshotConfig: Handler = handle(
  'GET',
  '/nodes/{node}/qemu/{vmid}/snapshot/{snapname}/config',
  ({ params, cluster, node }) => {
    const vm = cluster.qemu(node, Number(params.vmid))
    return Object.fromEntries(
      Array.from(snapshotOf(vm.config, params.snapname), ([name, value]) => [
        name,
        optionData(name, value),
      ]),
    )
  },
)

export const describeSnapshot: Handler = handle(
  'PUT',
  '/nodes/{node}/qemu/{vmid}/snapshot/{snapname}/config',
  async ({ params, cluster, node }) => {
    const { description, snapname } = params
    if (description === undefined) return
    const vm = cluster.qemu(node, Number(params.vmid))
    await vm.locked(() => {
      requireUnlocked(vm.config.main)
      snapshotOf(vm.config, snapname)
      vm.update((config) => config.snapshots.get(snapname)?.set('description', description))
    })
  },
)

export const rollback: Handler = handle(
  'POST',
  '/nodes/{node}/qemu/{vmid}/snapshot/{snapname}/rollback',
  (context) => {
    const { params, cluster, rights } = context
    const vm = cluster.qemu(context.node, Number(params.vmid))
    const isStarted = params.start === '1'
    if (isStarted) rights.require(`/vms/${vm.vmid}`, 'VM.PowerMgmt')
    const job = jobOfCall(context, vm)
    return context.startTask('qmrollback', vm.vmid, async (task) => {
      await rollBack(jobOfTask(job, task), task, params.snapname)
      if (isStarted && !vm.isRunning) startTask(context, { vm })
    })
  },
)

export const removeSnapshot: Handler = handle(
  'DELETE',
  '/nodes/{node}/qemu/{vmid}/snapshot/{snapname}',
  (context) => {
    const { params, cluster } = context
    const vm = cluster.qemu(context.node, Number(params.vmid))
    const job = jobOfCall(context, vm)
    return context.startTask('qmdelsnapshot', vm.vmid, (task) =>
      deleteSnapshot(jobOfTask(job, task), task, {
        name: params.snapname,
        force: params.force === '1',
      }),
    )
  },
)
