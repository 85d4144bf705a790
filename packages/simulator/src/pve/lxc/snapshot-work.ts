import { failed } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import {
  applySnapshot,
  commitSnapshot,
  forgetSnapshot,
  openSnapshot,
  requireFreeName,
  requireMostRecent,
  rollBackVolume,
} from '../guest/snapshot-tree.js'
import { addUnusedVolume } from '../guest/unused-volumes.js'
import { VolumeLog } from '../guest/volume-log.js'
import { isTemplate } from './container-config.js'
import type { ContainerJob } from './container-job.js'
import { requireUnlocked } from './container.js'
import { volumesHaveFeature } from './feature.js'
import { mountPointsOf, sizeOf, usedVolumes } from './mount-point.js'
import { snapshotOf } from './read-config.js'

type Clockwork = Pick<Task, 'sleep'>

/** Milliseconds that a snapshot takes, to make, to remove or to go back to. */
const snapshotTime = 400

/** AbstractConfig.pm: snapshot_create */
export async function takeSnapshot(
  { cluster, container, log }: ContainerJob,
  task: Clockwork,
  { name, description }: { readonly name: string; readonly description: string | undefined },
): Promise<void> {
  const snapshot = await container.locked(() => {
    const config = container.edit()
    const { main } = config
    if (isTemplate(main)) throw failed("you can't take a snapshot if it's a template")
    requireUnlocked(main)
    requireFreeName(config, name)
    if (!volumesHaveFeature(cluster, { section: main, feature: 'snapshot' })) {
      throw failed('snapshot feature is not available')
    }
    const opened = openSnapshot(config, { name, description, now: cluster.now(), log })
    container.write(config)
    return opened
  }, log)
  await task.sleep(snapshotTime)
  const volumeLog = new VolumeLog(cluster.storages, log)
  for (const volid of usedVolumes(snapshot)) volumeLog.snapshotTaken(volid, name)
  await container.locked(() => container.update((config) => commitSnapshot(config, name)))
}

/** AbstractConfig.pm: snapshot_delete */
export async function deleteSnapshot(
  { cluster, container, log }: ContainerJob,
  task: Clockwork,
  name: string,
): Promise<void> {
  snapshotOf(container.config, name)
  await container.locked(() => {
    const config = container.edit()
    requireUnlocked(config.main)
    config.main.set('lock', 'snapshot-delete')
    container.write(config)
    if (isTemplate(config.main)) throw failed("you can't delete a snapshot if vm is a template")
    config.snapshots.get(name)?.set('snapstate', 'delete')
    container.write(config)
  }, log)
  await task.sleep(snapshotTime)
  await container.locked(() => {
    const volumes = usedVolumes(snapshotOf(container.config, name))
    const volumeLog = new VolumeLog(cluster.storages, log)
    for (const volid of volumes) volumeLog.snapshotRemoved(volid, name)
    container.update((config) => {
      forgetSnapshot(config, name)
      for (const volid of volumes) addUnusedVolume(config.main, volid)
    })
  })
}

/** AbstractConfig.pm: snapshot_rollback */
export async function rollBack(
  { cluster, container, log }: ContainerJob,
  task: Clockwork,
  name: string,
): Promise<void> {
  const { storages } = cluster
  await container.locked(async () => {
    const { main, snapshots } = container.config
    if (isTemplate(main)) throw failed("you can't rollback if vm is a template")
    const state = snapshotOf(container.config, name).get('snapstate')
    requireMostRecent(snapshots, { name, storages, volumesOf: usedVolumes })
    if (state) throw failed(`unable to rollback to incomplete snapshot (snapstate = ${state})`)
    requireUnlocked(main)
    cluster.state.guests.delete(container.vmid)
    container.update((config) => config.main.set('lock', 'rollback'))
  }, log)
  await task.sleep(snapshotTime)
  const snapshot = snapshotOf(container.config, name)
  for (const { mountPoint } of mountPointsOf(snapshot)) {
    const { node } = container
    rollBackVolume(mountPoint.volume, { storages, node, log, size: sizeOf(mountPoint) })
  }
  await container.locked(() =>
    container.update((config) => {
      if (config.main.get('lock') !== 'rollback') throw failed('got wrong lock')
      const known = new Set(usedVolumes(snapshot))
      const lost = usedVolumes(config.main).filter((volid) => !known.has(volid))
      for (const volid of lost) addUnusedVolume(config.main, volid)
      applySnapshot(config, { name, snapshot })
    }),
  )
}
