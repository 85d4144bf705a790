import { connect, type Socket } from 'node:net'
import type { Client, ClientChannel, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2'
import { distrust, type ExpectedKey, knownTypes } from './host-key.js'
import { hostKeyCode, type ShellProcess, ShellRefusal } from './shell.js'

/** How to log in. */
export type SshLogin =
  | { readonly password: string }
  | {
      /** The text of a private key in OpenSSH's or PEM form, not its path. */
      readonly privateKey: string
      readonly passphrase?: string
    }
  | {
      /** The socket of an agent. */
      readonly agent: string
      /** Lets the node use the agent too. */
      readonly forward?: boolean
    }

interface ConnectionOptions {
  readonly user: string
  readonly auth: SshLogin
  readonly connectTimeout: number
  readonly expected: ExpectedKey
}

/** One connection, open from the start; idle, it does not keep the process alive. */
export class SshConnection {
  readonly #client: Client
  readonly #socket: Socket
  #running = 0
  #isOpen = true

  private constructor(client: Client, socket: Socket) {
    this.#client = client
    this.#socket = socket
    socket.unref()
    client.on('close', () => {
      this.#isOpen = false
    })
    // What went wrong shows in the channels, and at the next call.
    client.on('error', () => {})
  }

  /** Throws a `ShellRefusal`. */
  static async open(options: ConnectionOptions): Promise<SshConnection> {
    const library = await loadLibrary()
    const client = new library.Client()
    const { expected } = options
    const socket = connect({ host: expected.host, port: expected.port })
    socket.setNoDelay(true).setKeepAlive(true, 30_000)
    try {
      await ready(client, socket, options)
    } catch (error) {
      client.destroy()
      socket.destroy()
      throw error
    }
    return new SshConnection(client, socket)
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  async start(commandLine: string): Promise<ShellProcess> {
    this.#hold()
    try {
      return this.#processOf(await execute(this.#client, commandLine))
    } catch (error) {
      this.#release()
      throw new ShellRefusal(messageOf(error), { cause: error })
    }
  }

  close(): void {
    this.#client.end()
    this.#socket.destroySoon()
  }

  #processOf(channel: ClientChannel): ShellProcess {
    channel.on('error', () => {})
    const closed = new Promise<void>((resolve) => {
      channel.once('close', () => {
        this.#release()
        resolve()
      })
    })
    const destroy = (): void => {
      channel.close()
      channel.destroy()
      channel.stderr.destroy()
    }
    return { stdin: channel, stdout: channel, stderr: channel.stderr, closed, destroy }
  }

  #hold(): void {
    this.#running += 1
    this.#socket.ref()
  }

  #release(): void {
    this.#running -= 1
    if (this.#running === 0) this.#socket.unref()
  }
}

const loadLibrary = async (): Promise<typeof import('ssh2')> => {
  try {
    // A CommonJS package: everything is on its default export.
    return (await import('ssh2')).default
  } catch (error) {
    throw new ShellRefusal('the package ssh2 is not there: npm install ssh2', {
      code: 'ERR_MODULE_NOT_FOUND',
      cause: error,
    })
  }
}

const ready = async (client: Client, socket: Socket, options: ConnectionOptions): Promise<void> => {
  const { user, auth, connectTimeout, expected } = options
  let mistrust: string | undefined
  const config: ConnectConfig = {
    sock: socket,
    username: user,
    readyTimeout: connectTimeout,
    ...loginConfig(auth),
    ...algorithmsFor(expected),
    hostVerifier: (key: Buffer) => {
      mistrust = distrust(key, expected)
      return mistrust === undefined
    },
  }
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error): void => reject(refusalOf(error, mistrust))
    socket.once('error', fail)
    client.once('ready', resolve).once('error', fail)
    client.once('close', () => fail(new Error('the connection was closed')))
    if (auth && 'password' in auth) {
      const { password } = auth
      client.on('keyboard-interactive', (_name, _instructions, _language, prompts, finish) => {
        finish(prompts.map(() => password))
      })
    }
    try {
      client.connect(config)
    } catch (error) {
      // A private key that is none, or lacks its passphrase.
      fail(error instanceof Error ? error : new Error(String(error)))
    }
  })
}

const loginConfig = (auth: SshLogin): ConnectConfig => {
  if ('password' in auth) return { password: auth.password, tryKeyboard: true }
  if ('agent' in auth) return { agent: auth.agent, agentForward: auth.forward === true }
  const { privateKey, passphrase } = auth
  return { privateKey, ...(passphrase !== undefined && { passphrase }) }
}

/** Asks for a key of a type that is known, as `ssh` does; the server may have several. */
const algorithmsFor = (expected: ExpectedKey): ConnectConfig => {
  const serverHostKey = knownTypes(expected).flatMap((type) => algorithms[type] ?? [])
  return serverHostKey.length === 0 ? {} : { algorithms: { serverHostKey } }
}

const algorithms: Readonly<Record<string, ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
}

const refusalOf = (error: Error, mistrust: string | undefined): ShellRefusal => {
  if (mistrust !== undefined) return new ShellRefusal(mistrust, { code: hostKeyCode, cause: error })
  const level = 'level' in error ? error.level : undefined
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return new ShellRefusal(error.message, {
    isLogin: level === 'client-authentication',
    code,
    cause: error,
  })
}

const execute = (client: Client, commandLine: string): Promise<ClientChannel> =>
  new Promise((resolve, reject) => {
    client.exec(commandLine, (error, channel) => {
      if (error) reject(error)
      else resolve(channel)
    })
  })

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
