import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Transport } from '@proxkit/schema'
import { hostKeyCode, type Shell, type ShellProcess, ShellRefusal } from './shell.js'
import { spawnShell } from './spawned-shell.js'
import { type CommandOptions, CommandTransport } from './transport.js'

export interface OpensshOptions extends CommandOptions {
  /** A name that the configuration of `ssh` may know, or an address. */
  readonly host: string
  readonly user?: string
  readonly port?: number
  /** File with the private key. */
  readonly identityFile?: string
  /** Another configuration than `~/.ssh/config`. */
  readonly configFile?: string
  /** Lets the node use the keys of this machine's agent. */
  readonly forwardAgent?: boolean
  /** Milliseconds until a connection must stand; 10000 if absent. */
  readonly connectTimeout?: number
}

/**
 * Runs `pvesh` or `pmgsh` through the `ssh` of this machine, with its configuration, keys, agent and known hosts. One
 * connection serves all calls. It never asks: what would need a password or a new host key fails.
 */
export const opensshTransport = (options: OpensshOptions): Transport =>
  new CommandTransport(new OpensshShell(options), options)

class OpensshShell implements Shell {
  readonly host: string
  readonly #args: readonly string[]
  readonly #target: string
  #socketDirectory: string | undefined
  /** Ends when there is a connection to share, or cannot be one. */
  #connecting: Promise<void> | undefined

  constructor(options: OpensshOptions) {
    const { host, user, port } = options
    if (typeof host !== 'string' || !/^[^-\s][^\s]*$/.test(host)) {
      throw new TypeError(`host '${host}' is not the name of a host`)
    }
    this.#target = host
    this.host = `${user === undefined ? '' : `${user}@`}${host}${port === undefined ? '' : `:${port}`}`
    this.#args = [...fixedArgs, ...argsFor(options)]
  }

  async start(commandLine: string): Promise<ShellProcess> {
    const args = [...this.#args, ...this.#sharing(), '--', this.#target, commandLine]
    if (this.#connecting) await this.#connecting
    else if (!this.#isConnected()) return this.#connect(args)
    return spawnShell('ssh', args)
  }

  /** The others wait for the first, or each would make a connection of its own. */
  async #connect(args: readonly string[]): Promise<ShellProcess> {
    const starting = spawnShell('ssh', args)
    this.#connecting = this.#connectedBy(starting).finally(() => {
      this.#connecting = undefined
    })
    return starting
  }

  async #connectedBy(starting: Promise<ShellProcess>): Promise<void> {
    const ended = new AbortController()
    void starting
      .then(({ closed }) => closed)
      .catch(() => undefined)
      .finally(() => ended.abort())
    while (!ended.signal.aborted && !this.#isConnected()) await sleep(10)
  }

  /** The socket is there once its connection is; the name under which it is made is longer. */
  #isConnected(): boolean {
    const directory = this.#socketDirectory
    return directory === undefined || readdirSync(directory).some((name) => name.length === 40)
  }

  refusal(printed: string): ShellRefusal {
    const reason = printed === '' ? 'ssh ended without a word' : printed
    if (/host key verification failed|^No \S+ host key is known for/im.test(printed)) {
      return new ShellRefusal(reason, { code: hostKeyCode })
    }
    return new ShellRefusal(reason, { isLogin: /permission denied|too many auth/i.test(printed) })
  }

  async close(): Promise<void> {
    if (this.#socketDirectory === undefined) return
    const args = [...this.#args, ...this.#sharing(), '-O', 'exit', '--', this.#target]
    const leaving = await spawnShell('ssh', args)
    leaving.stdout.resume()
    leaving.stderr.resume()
    await leaving.closed
    rmSync(this.#socketDirectory, { recursive: true, force: true })
    this.#socketDirectory = undefined
  }

  /** One connection for all, through a socket that nobody else may open. */
  #sharing(): string[] {
    // The ssh of Windows has no such socket.
    if (process.platform === 'win32') return []
    this.#socketDirectory ??= mkdtempSync(join(tmpdir(), 'proxkit-ssh-'))
    return [
      '-oControlMaster=auto',
      `-oControlPath=${this.#socketDirectory}/%C`,
      // Not for ever, should this process die before it closes.
      '-oControlPersist=60',
    ]
  }
}

const fixedArgs = ['-T', '-oBatchMode=yes', '-oServerAliveInterval=15']

const argsFor = (options: OpensshOptions): string[] => {
  const { user, port, identityFile, configFile, forwardAgent, connectTimeout = 10_000 } = options
  const seconds = Math.ceil(connectTimeout / 1000)
  return [
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(identityFile === undefined ? [] : ['-i', identityFile]),
    ...(forwardAgent === true ? ['-A'] : []),
    `-oConnectTimeout=${seconds}`,
  ]
}
