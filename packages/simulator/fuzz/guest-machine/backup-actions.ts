import { constantFrom, oneof, record, type Arbitrary } from 'fast-check'
import type { Simulator } from '../../src/create-simulator.js'
import { bits, storages, vmids, type Action, type Options } from './action.js'

const last = '<last archive>'

/** Backups on the shared storage, and guests that are made of the last one of their type. */
export const backupActions: Arbitrary<Action> = oneof(
  record({ vmid: vmids, mode: constantFrom('snapshot', 'suspend', 'stop') }).map(
    ({ vmid, mode }): Action => ({
      call: 'POST /nodes/pve1/vzdump',
      params: { vmid, mode, storage: 'shared', 'prune-backups': 'keep-last=1' },
    }),
  ),
  record({ vmid: vmids, force: bits, unique: bits, storage: storages }).map((params): Action => ({
    call: 'POST /nodes/pve1/qemu',
    params: { ...params, archive: last },
  })),
  record({ vmid: vmids, force: bits, unique: bits, storage: storages }).map((params): Action => ({
    call: 'POST /nodes/pve1/lxc',
    params: { ...params, restore: 1, ostemplate: last },
  })),
)

/** The parameters with the archive that is the last one now. */
export function withArchive(simulator: Simulator, { call, params }: Action): Options {
  if (params.archive !== last && params.ostemplate !== last) return params
  const type = call.endsWith('/lxc') ? 'lxc' : 'qemu'
  const archives = simulator
    .snapshot()
    .backings.flatMap(({ volumes }) => volumes.map(({ name }) => name))
    .filter((name) => name.startsWith(`dump/vzdump-${type}-`))
  const name = archives.toSorted().at(-1)?.replace('dump/', '') ?? `vzdump-${type}-none`
  const archive = `shared:backup/${name}`
  return { ...params, ...(type === 'lxc' ? { ostemplate: archive } : { archive }) }
}
