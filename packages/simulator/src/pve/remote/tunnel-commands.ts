import type { Duplex } from 'node:stream'
import { failed } from '../../engine/fault.js'
import { Door } from '../console/door.js'
import { isImageFormat } from '../storage/storages.js'
import { tunnelVersion } from './tunnel-client.js'
import {
  listenOn,
  type TunnelCommands,
  type TunnelParams,
  type TunnelSession,
} from './tunnel-session.js'

/** Commands that machines and containers share. pve-guest-common StorageTunnel.pm */
export function commonCommands(session: TunnelSession): TunnelCommands {
  const { context, guest, kind } = session
  return {
    version: () => ({ api: tunnelVersion, age: 0 }),
    // Nothing is copied so fast that somebody had to slow it down.
    bwlimit: () => ({}),
    ticket: async (params) => {
      const path = requireText(params, 'path')
      if (!session.sockets.has(path)) {
        throw failed(`Not allowed to generate ticket for unknown socket '${path}'`)
      }
      const { user } = context
      return {
        ticket: await context.cluster.tickets.issueForTunnel({ user, path: `/socket/${path}` }),
      }
    },
    'disk-import': (params) => {
      if (session.diskImport) throw failed('disk import already running')
      const storage = requireText(params, 'storage')
      requireStorage(session, storage)
      const door = new Door(context.cluster.clock)
      const socket = kind.storageSocket(guest.vmid)
      listenOn(session, { socket, door })
      const [format = ''] = requireText(params, 'export_formats').split(',')
      session.diskImport = takeVolume(session, { door, storage, params })
      return { socket, format }
    },
    'query-disk-import': async () => {
      if (!session.diskImport) throw failed('no disk import running')
      const done = await session.diskImport
      session.diskImport = undefined
      return done
    },
    unlock: () => {
      guest.update(({ main }) => main.delete('lock'))
      session.lock = undefined
      return undefined
    },
    quit: ({ cleanup }) => {
      if (cleanup && cleanup !== '0') cleanUp(session)
      session.task.log('switching to exit-mode, waiting for client to disconnect')
      session.isEnding = true
      return undefined
    },
  }
}

/** API2/Qemu.pm, API2/LXC.pm: $check_storage_access_migrate */
export function requireStorage(
  { context, kind }: Pick<TunnelSession, 'context' | 'kind'>,
  storage: string,
): void {
  const { content } = context.cluster.storages.requireEnabled(storage, context.node)
  context.rights.require(`/storage/${storage}`, 'Datastore.AllocateSpace')
  if (!content.has(kind.content)) {
    throw failed(`storage '${storage}' does not support ${kind.contentName}`)
  }
}

export function requireText(params: TunnelParams, name: string): string {
  const value = params[name]
  if (typeof value !== 'string') {
    throw failed(
      `Parameter verification failed.\n${name}: property is missing and it is not optional`,
    )
  }
  return value
}

/** Volumes come as their size, in eight bytes, before their content. */
async function takeVolume(
  session: TunnelSession,
  { door, storage, params }: { door: Door; storage: string; params: TunnelParams },
): Promise<object> {
  try {
    const peer = await door.viewer(session.task, session.patience)
    if (!peer) return { status: 'error', msg: 'import process failed\n' }
    const size = await readSize(peer)
    const volid = importVolume(session, { storage, params, size })
    session.volumes.add(volid)
    session.task.log(`disk-import: successfully imported '${volid}'`)
    return { status: 'complete', volid }
  } catch (error) {
    return {
      status: 'error',
      msg: error instanceof Error ? `${error.message}\n` : 'import process failed\n',
    }
  }
}

async function readSize(peer: Duplex): Promise<number> {
  let header = Buffer.alloc(0)
  for await (const chunk of peer) {
    if (header.length < 8) header = Buffer.concat([header, Buffer.from(chunk)])
  }
  if (header.length < 8) throw failed('import: no size found in export header, aborting.')
  return Number(header.readBigUInt64LE(0))
}

/** A volume of the wanted name, or of the next free one. pve-storage Storage.pm: volume_import */
function importVolume(
  { context, guest, volumes }: TunnelSession,
  { storage, params, size }: { storage: string; params: TunnelParams; size: number },
): string {
  const { storages } = context.cluster
  const { node } = context
  const formats = storages.formats(storage)
  const wanted = requireText(params, 'format')
  const format = formats.valid.find((valid) => valid === wanted) ?? formats.default
  const bare = requireText(params, 'volname').replace(/\.(?:raw|qcow2|vmdk|subvol)$/, '')
  const isFile = storages.require(storage).options.path !== undefined
  const name = isFile ? `${bare}.${format}` : bare
  const taken = new Set([...volumes, ...storages.volumes(storage, node).map(({ volid }) => volid)])
  const isTaken = taken.has(`${storage}:${isFile ? `${guest.vmid}/` : ''}${name}`)
  return storages.allocate({
    storage,
    node,
    vmid: guest.vmid,
    size,
    ...(isImageFormat(format) && { format }),
    ...(!isTaken && { name }),
  })
}

/** Nothing of what was begun is left. */
function cleanUp({ context, guest, volumes, task }: TunnelSession): void {
  const { cluster, node } = context
  for (const volid of volumes) {
    task.log(`freeing volume '${volid}' as part of cleanup`)
    cluster.storages.free(volid, node)
  }
  cluster.config.remove(`firewall/${guest.vmid}.fw`)
  guest.remove()
}
