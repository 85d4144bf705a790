import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Duplex } from 'node:stream'
import { failed, faultText } from '../../engine/fault.js'
import type { Task } from '../../engine/tasks.js'
import type { MigrationLog } from '../guest/migration-log.js'
import type { Storages } from '../storage/storages.js'
import type { RemoteApi } from './remote-api.js'

/** The protocol that both ends have to speak. QemuMigrate.pm, LXC/Migrate.pm: $WS_TUNNEL_VERSION */
export const tunnelVersion = 2

export interface TunnelRequest {
  readonly api: RemoteApi
  readonly task: Task
  readonly log: MigrationLog
  readonly type: 'qemu' | 'lxc'
  readonly node: string
  readonly vmid: number
  /** Storages and bridges of the other side that will be used. */
  readonly storages: readonly string[]
  readonly bridges: readonly string[]
}

interface VolumeToSend {
  readonly storages: Storages
  /** The node that it is on. */
  readonly node: string
  /** Where it goes. */
  readonly storage: string
  readonly allowRename: boolean
}

type Answer = Readonly<Record<string, unknown>>

/** The near end of a migration to another cluster: commands go over, one line each. pve-guest-common Tunnel.pm */
export class TunnelClient {
  readonly #request: TunnelRequest
  readonly #peer: Duplex
  readonly #lines: AsyncIterator<string>

  private constructor(request: TunnelRequest, peer: Duplex) {
    this.#request = request
    this.#peer = peer
    this.#lines = createInterface({ input: peer })[Symbol.asyncIterator]()
    // A line that cannot be read is what the next command fails with.
    peer.on('error', () => peer.destroy())
    request.task.signal.addEventListener('abort', () => peer.destroy(), { once: true })
  }

  /** Has the other side take the id and opens the way there. */
  static async open(request: TunnelRequest): Promise<TunnelClient> {
    const { api, log, type, node, vmid, storages, bridges } = request
    const path = `/nodes/${node}/${type}/${vmid}`
    const started = await api.post(`${path}/mtunnel`, {
      storages: storages.join(','),
      bridges: bridges.join(','),
    })
    const { upid, ticket, socket } = Object(started)
    log.info(`remote: started tunnel worker '${upid}'`)
    const query = { ticket: String(ticket), socket: String(socket) }
    const client = new TunnelClient(
      request,
      await api.openWebSocket(`${path}/mtunnelwebsocket`, query),
    )
    await client.#agree()
    return client
  }

  /** Sends a command and waits for its answer; throws what the other side refuses it with. */
  async command(cmd: string, params: Answer = {}): Promise<Answer> {
    const line = JSON.stringify({ ...params, cmd })
    this.#peer.write(`${line}\n`)
    const { value, done = false } = await this.#lines.next()
    this.#request.task.signal.throwIfAborted()
    if (done) throw failed(`no reply to command '${line}': the tunnel is closed`)
    const answer = parseAnswer(value, line)
    if (answer.success) return answer
    const reason = answer.msg === undefined ? '' : ` - ${textOf(answer.msg).trimEnd()}`
    throw failed(`error - tunnel command '${line}' failed${reason}`)
  }

  /** Copies a volume, of which nothing but its size is simulated, and tells its id on the other side. */
  async sendVolume(
    volid: string,
    { storages, node: from, storage, allowRename }: VolumeToSend,
  ): Promise<string> {
    const { api, task, log, type, node, vmid } = this.#request
    const { size } = storages.requireVolume(volid, from).stored
    const { name, format, vmid: owner } = storages.parse(volid)
    const { socket } = await this.command('disk-import', {
      storage,
      format,
      volname: name.replace(`-${owner}-`, `-${vmid}-`),
      export_formats: format === 'subvol' ? 'tar+size' : `${format}+size`,
      migration_snapshot: 0,
      with_snapshots: 0,
      allow_rename: allowRename ? 1 : 0,
    })
    const { ticket } = await this.command('ticket', { path: socket })
    const path = `/nodes/${node}/${type}/${vmid}/mtunnelwebsocket`
    const data = await api.openWebSocket(path, { ticket: String(ticket), socket: String(socket) })
    const header = Buffer.alloc(8)
    header.writeBigUInt64LE(BigInt(size))
    data.end(header)
    data.resume()
    await once(data, 'close')
    for (;;) {
      const { status, volid: made, msg } = await this.command('query-disk-import')
      if (status === 'complete') {
        log.info(`volume '${volid}' is '${textOf(made)}' on the target`)
        return textOf(made)
      }
      if (status !== 'pending') {
        log.error(`unknown query-disk-import result: ${textOf(status)}`)
        throw failed('disk import failed - see log above')
      }
      log.info(msg ? `disk-import: ${textOf(msg)}` : 'waiting for disk import to finish..')
      await task.sleep(1000)
    }
  }

  /** Sends the configuration as the guest is to have it over there, and the rules of its firewall. */
  async sendConfig(conf: string, rules: string | undefined): Promise<void> {
    await this.command('config', {
      conf,
      ...(rules !== undefined && { 'firewall-config': rules }),
    })
  }

  /** Ends it; with `cleanup` nothing is left of what was begun on the other side. */
  async quit({ cleanup }: { readonly cleanup: boolean }): Promise<void> {
    try {
      await this.command('quit', { cleanup: cleanup ? 1 : 0 })
    } finally {
      this.#peer.destroy()
    }
  }

  async #agree(): Promise<void> {
    const { log } = this.#request
    try {
      const { api, age } = await this.command('version')
      const [remote, least] = [Number(api), Number(api) - Number(age)]
      log.info(
        `local WS tunnel version: ${tunnelVersion}`,
        `remote WS tunnel version: ${remote}`,
        `minimum required WS tunnel version: ${least}`,
      )
      if (tunnelVersion < least) {
        throw failed('Remote tunnel endpoint not compatible, upgrade required')
      }
      if (tunnelVersion > remote) throw failed('Remote tunnel endpoint too old, upgrade required')
    } catch (error) {
      this.#peer.destroy()
      throw failed(`can't open tunnel - ${faultText(error)}`)
    }
  }
}

function parseAnswer(text: string, line: string): Answer {
  try {
    return Object(JSON.parse(text))
  } catch (error) {
    throw failed(
      `failed to decode tunnel reply '${text}' (command '${line}') - ${faultText(error)}`,
    )
  }
}

/** What the other side says, whatever it is. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}
