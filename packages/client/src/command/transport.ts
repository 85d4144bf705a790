import type { ApiResponse, Transport } from '@proxkit/schema'
import { AuthenticationError, TimeoutError, TransportError } from '../errors.js'
import type { TimedRequest } from '../timed-request.js'
import { toCommandLine } from './command-line.js'
import { type GuardedResult, type RemoteFile, runGuarded, writeFile } from './guarded-command.js'
import { readOutput } from './read-output.js'
import { type ShellProduct, type ShellProfile, shellProfile } from './shell-product.js'
import { type Shell, ShellRefusal } from './shell.js'
import { temporaryFileFor } from './temporary-file.js'
import { Turns } from './turns.js'

/** What all transports that run a command have in common. */
export interface CommandOptions {
  /** `pve`, the default, runs `pvesh`; `pmg` runs `pmgsh`. The other products are reached over HTTPS alone. */
  readonly product?: ShellProduct
  /** Runs the command through `sudo`, which must not ask for a password. */
  readonly sudo?: boolean
}

/** Calls as runs of `pvesh` or `pmgsh` in a shell. */
export class CommandTransport implements Transport {
  readonly #shell: Shell
  readonly #profile: ShellProfile
  readonly #prefix: readonly string[]
  readonly #turns = new Turns(commandsAtATime)
  readonly #running = new Set<Promise<unknown>>()

  constructor(shell: Shell, { product, sudo = false }: CommandOptions) {
    this.#shell = shell
    this.#profile = shellProfile(product)
    this.#prefix = sudo ? ['sudo', '-n', '--'] : []
  }

  async send(request: TimedRequest): Promise<ApiResponse> {
    const { path, params, upload } = request
    if (request.download === true) {
      throw this.#failure(request, { what: 'a command cannot give content as it comes: use HTTPS' })
    }
    if (request.console) {
      throw this.#failure(request, { what: 'a command has no console to go on with: use HTTPS' })
    }
    if (!upload) {
      const command = this.#command(request)
      return this.#limited(request, async (signal) => this.#call(request, command, signal))
    }
    const temporary = temporaryFileFor(path, params, upload)
    const command = this.#command({ ...request, params: temporary.params })
    return this.#limited(request, async (signal) => {
      await this.#deliver(request, temporary.file, signal)
      return this.#callWith(temporary.file.path, () => this.#call(request, command, signal))
    })
  }

  #command(request: TimedRequest): string[] {
    const command = [...this.#prefix, ...toCommandLine(request, this.#profile)]
    if (Buffer.byteLength(command.join(' ')) <= longestCommand) return command
    throw this.#failure(request, {
      what: `the command would be longer than the ${longestCommand} bytes that a shell takes`,
      code: 'E2BIG',
    })
  }

  async #call(
    request: TimedRequest,
    command: readonly string[],
    signal: AbortSignal,
  ): Promise<ApiResponse> {
    const result = await this.#run(request, signal, () => runGuarded(this.#shell, command, signal))
    const { exitCode, stderr } = result
    const obstacle = exitCode === 0 ? undefined : obstacleIn(stderr, exitCode)
    if (obstacle !== undefined) throw this.#failure(request, { what: obstacle })
    return readOutput(result)
  }

  async #deliver(request: TimedRequest, file: RemoteFile, signal: AbortSignal): Promise<void> {
    const written = await this.#run(request, signal, () => writeFile(this.#shell, file, signal))
    if (written.exitCode === 0) return
    signal.throwIfAborted()
    throw this.#failure(request, { what: `cannot write ${file.path}: ${written.stderr.trim()}` })
  }

  /** The command removes the file, unless it does not come so far. */
  async #callWith(file: string, call: () => Promise<ApiResponse>): Promise<ApiResponse> {
    let isTaken = false
    try {
      const response = await call()
      isTaken = response.status < 300
      return response
    } finally {
      if (!isTaken) await runGuarded(this.#shell, ['rm', '-f', '--', file]).catch(() => undefined)
    }
  }

  /** Waits for the commands that run. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#running)
    await this.#shell.close()
  }

  /** Settles at the limit, while the command is still being stopped. */
  async #limited(
    request: TimedRequest,
    work: (signal: AbortSignal) => Promise<ApiResponse>,
  ): Promise<ApiResponse> {
    const { signal: ofCall, timeout } = request
    ofCall?.throwIfAborted()
    const controller = new AbortController()
    const abort = (): void => controller.abort(ofCall?.reason)
    ofCall?.addEventListener('abort', abort, { once: true })
    const timer =
      timeout === undefined
        ? undefined
        : setTimeout(expire, timeout, { controller, request, host: this.#shell.host })
    const running = work(controller.signal)
    this.#running.add(running)
    const aborted = new Promise<never>((_resolve, reject) => {
      controller.signal.addEventListener('abort', () => reject(controller.signal.reason))
    })
    try {
      return await Promise.race([running, aborted])
    } finally {
      clearTimeout(timer)
      ofCall?.removeEventListener('abort', abort)
      const forget = (): boolean => this.#running.delete(running)
      running.then(forget, forget)
    }
  }

  async #run(
    request: TimedRequest,
    signal: AbortSignal,
    work: () => Promise<GuardedResult>,
  ): Promise<GuardedResult> {
    const result = await this.#turns.run(async () => {
      signal.throwIfAborted()
      try {
        return await work()
      } catch (error) {
        throw error instanceof ShellRefusal ? this.#refused(request, error) : error
      }
    })
    if (result.outcome === 'refused') {
      throw this.#refused(request, this.#shell.refusal(result.stderr.trim()))
    }
    if (result.outcome === 'lost') {
      throw this.#failure(request, { what: 'the connection was lost', stage: 'exchange' })
    }
    return result
  }

  #refused(request: TimedRequest, refusal: ShellRefusal): Error {
    const { message, isLogin, code, cause } = refusal
    if (!isLogin) {
      return this.#failure(request, { what: message, cause, ...(code !== undefined && { code }) })
    }
    return new AuthenticationError(request, {
      status: 401,
      data: null,
      message: `${this.#shell.host}: ${message}`,
    })
  }

  #failure(
    request: TimedRequest,
    { what, stage = 'connect', code, cause }: Failure,
  ): TransportError {
    const { host } = this.#shell
    return new TransportError(`${request.verb} ${request.path} at ${host}: ${what}`, {
      host,
      stage,
      request,
      ...(code !== undefined && { code }),
      ...(cause !== undefined && { cause }),
    })
  }
}

interface Failure {
  readonly what: string
  /** `connect`, if absent: nothing was done. */
  readonly stage?: 'connect' | 'exchange'
  readonly code?: string
  readonly cause?: unknown
}

/** An OpenSSH server takes ten sessions per connection; `pvesh` needs a processor to itself for half a second. */
const commandsAtATime = 8

/** Linux takes 128 KiB as one argument, which a remote command line is. Quoting may double some of it. */
const longestCommand = 120_000

interface Expiry {
  readonly controller: AbortController
  readonly request: TimedRequest
  readonly host: string
}

const expire = ({ controller, request, host }: Expiry): void => {
  const { verb, path, timeout = 0 } = request
  controller.abort(
    new TimeoutError(`${verb} ${path}: no answer from ${host} within ${timeout} ms`, timeout),
  )
}

/** Why the command could not do anything at all. */
const obstacleIn = (stderr: string, exitCode: number | undefined): string | undefined => {
  const text = stderr.trim()
  if (/^please run as root$/m.test(text)) return 'it must run as root: log in as root, or give sudo'
  if (/^sudo: /m.test(text)) return text
  if (exitCode === 127 || exitCode === 126) return `the command cannot be run there: ${text}`
  return undefined
}
