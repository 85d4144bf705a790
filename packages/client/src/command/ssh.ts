import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Transport } from '@proxkit/schema'
import { parseKnownHosts } from './known-hosts.js'
import { SshConnection, type SshLogin } from './ssh-connection.js'
import { hostKeyCode, type Shell, type ShellProcess, ShellRefusal } from './shell.js'
import { type CommandOptions, CommandTransport } from './transport.js'

export interface SshOptions extends CommandOptions {
  readonly host: string
  /** 22 if absent. */
  readonly port?: number
  /** `root` if absent. */
  readonly user?: string
  /** How to log in; with the agent of `SSH_AUTH_SOCK` if absent. */
  readonly auth?: SshLogin
  /** The one host key to accept, as `ssh-keygen -lf` prints it: `SHA256:…`. Without it the host must be a known one. */
  readonly hostKey?: string
  /** Where the known hosts stand; `~/.ssh/known_hosts` if absent. */
  readonly knownHostsFile?: string
  /** Milliseconds until a connection must stand; 10000 if absent. */
  readonly connectTimeout?: number
}

/**
 * Runs `pvesh` or `pmgsh` over SSH, spoken by the package `ssh2`, which has to be installed beside this one. One
 * connection serves all calls; it is opened at the first one, and anew after it was lost.
 *
 * A host whose key is not known is refused, unless `hostKey` is given.
 */
export const sshTransport = (options: SshOptions): Transport =>
  new CommandTransport(new SshShell(options), options)

class SshShell implements Shell {
  readonly host: string
  readonly #options: SshOptions
  #connection: Promise<SshConnection> | undefined

  constructor(options: SshOptions) {
    const { host, port = 22, user = 'root', hostKey } = options
    if (typeof host !== 'string' || host === '') throw new TypeError('host is missing')
    if (hostKey !== undefined && !/^SHA256:[A-Za-z0-9+/]{43}=?$/.test(hostKey)) {
      throw new TypeError(`hostKey '${hostKey}' is not a fingerprint: SHA256: and 43 characters`)
    }
    this.host = `${user}@${host}${port === 22 ? '' : `:${port}`}`
    this.#options = options
  }

  async start(commandLine: string): Promise<ShellProcess> {
    const connection = await this.#connected()
    try {
      return await connection.start(commandLine)
    } catch (error) {
      if (connection.isOpen) throw error
      // It was lost while nobody looked; nothing of this command was sent.
      return (await this.#connected()).start(commandLine)
    }
  }

  refusal(printed: string): ShellRefusal {
    return new ShellRefusal(`the shell did not start: ${printed || 'it said nothing'}`)
  }

  async close(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined)
    this.#connection = undefined
    connection?.close()
  }

  /** One connection for however many calls wait for it. */
  async #connected(): Promise<SshConnection> {
    const current = await this.#connection
    if (current?.isOpen) return current
    // Another call may have seen to it in the meantime.
    if (!this.#connection || (await this.#connection) === current)
      this.#connection = this.#connect()
    return this.#connection
  }

  async #connect(): Promise<SshConnection> {
    const { host, port = 22, user = 'root', connectTimeout = 10_000, hostKey } = this.#options
    const { auth = agentLogin(), knownHostsFile = usualKnownHosts() } = this.#options
    const knownHosts = hostKey === undefined ? parseKnownHosts(readIfAny(knownHostsFile)) : []
    const expected = { host, port, fingerprint: hostKey, knownHosts, file: knownHostsFile }
    try {
      return await SshConnection.open({ user, auth, connectTimeout, expected })
    } catch (error) {
      this.#connection = undefined
      throw error
    }
  }
}

const usualKnownHosts = (): string => join(homedir(), '.ssh', 'known_hosts')

const readIfAny = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    // No file is a file without hosts: none is known.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw new ShellRefusal(`cannot read ${file}`, { code: hostKeyCode, cause: error })
  }
}

const agentLogin = (): SshLogin => {
  const agent = process.env['SSH_AUTH_SOCK']
  if (agent !== undefined && agent !== '') return { agent }
  throw new ShellRefusal('no login: give auth, or run an agent (SSH_AUTH_SOCK is not set)')
}
