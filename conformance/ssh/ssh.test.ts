import { execFileSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ApiError,
  AuthenticationError,
  createClient,
  type PveClient,
  TimeoutError,
  type Transport,
  TransportError,
} from '@proxkit/client'
import { opensshTransport, sshTransport } from '@proxkit/client/ssh'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator, type SimulatorProcess } from '../../scripts/src/simulator-process.js'
import {
  missingServer,
  type OpensshServer,
  pveshCommand,
  startOpensshServer,
} from './openssh-server.js'
import { startPasswordServer } from './password-server.js'

const missing = missingServer()
if (missing !== undefined) console.log(`skipped: SSH, since ${missing}`)

let simulator: SimulatorProcess
let server: OpensshServer
const open: PveClient[] = []

beforeAll(async () => {
  if (missing !== undefined) return
  simulator = await startSimulator(['--speed', '50'])
  const env = {
    PROXKIT_HOST: simulator.url,
    PROXKIT_TOKEN: simulator.token,
    PROXKIT_FINGERPRINT: simulator.fingerprint ?? '',
  }
  server = await startOpensshServer(env, { pvesh: pveshCommand })
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()))
})
afterAll(async () => {
  await server?.close()
  await simulator?.stop()
})

interface Login {
  readonly identityFile?: string
  readonly knownHostsFile?: string
}

const transports: Readonly<Record<string, (login?: Login) => Transport>> = {
  ssh2: ({ identityFile = server.identityFile, knownHostsFile = server.knownHostsFile } = {}) =>
    sshTransport({
      host: '127.0.0.1',
      port: server.port,
      user: server.user,
      auth: { privateKey: readFileSync(identityFile, 'utf8') },
      knownHostsFile,
    }),
  openssh: ({
    identityFile = server.identityFile,
    knownHostsFile = server.knownHostsFile,
  } = {}) => {
    const configFile = join(server.folder, 'ssh_config')
    writeFileSync(
      configFile,
      `Host node\nHostName 127.0.0.1\nUserKnownHostsFile ${knownHostsFile}\nIdentitiesOnly yes\nIdentityAgent none\n`,
    )
    const { port, user } = server
    return opensshTransport({ host: 'node', port, user, identityFile, configFile })
  },
}

const clientOf = (transport: Transport): PveClient => {
  const client = createClient({ transport })
  open.push(client)
  return client
}

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => expect.unreachable('the call succeeded'),
    (error: unknown) => error,
  )

interface Hanging {
  readonly pid: number
  readonly outcome: Promise<unknown>
}

/** Has a command run that does not end, and waits until it has begun. */
const hang = async (pve: PveClient, signal?: AbortSignal): Promise<Hanging> => {
  const note = join(server.folder, `note-${randomUUID()}`)
  const call = pve.request('GET', 'test/hangs', { note }, signal ? { signal } : {})
  const outcome = failureOf(call)
  const written = (): string => (existsSync(note) ? readFileSync(note, 'utf8') : '')
  await expect.poll(written, { timeout: 30_000 }).toMatch(/\n$/)
  return { pid: Number(written()), outcome }
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe.skipIf(missing !== undefined).each(Object.keys(transports))(
  '%s to an OpenSSH server',
  (name) => {
    const transport = (login?: Login): Transport => transports[name]!(login)
    const connect = (login?: Login): PveClient => clientOf(transport(login))

    it('reads and writes, whatever the text', async () => {
      const pve = connect()
      const config = pve.nodes('pve1').qemu(100).config
      const description = `it's "$HOME" \`id\` \\ ; & | é ~ *\n-x --y=z\n  #`
      await config.put({ description })
      expect(await config.get()).toMatchObject({ name: 'web-1', description })
      expect(await pve.nodes.get()).toHaveLength(3)
    })

    it('starts tasks and waits for them', async () => {
      const pve = connect()
      const vmid = name === 'ssh2' ? 701 : 702
      const created = await pve.nodes('pve1').qemu.post({ vmid, name: 'a', scsi0: 'local-lvm:1' })
      expect(String(created)).toMatch(new RegExp(`^UPID:pve1:.*:qmcreate:${vmid}:`))
      expect(await created.done()).toMatchObject({ exitstatus: 'OK' })
      await pve.nodes('pve1').qemu(vmid).delete()
      const error = await failureOf(pve.nodes('pve1').qemu(vmid).config.get())
      expect(error).toBeInstanceOf(ApiError)
      expect(error).toMatchObject({
        status: 500,
        message: `Configuration file 'nodes/pve1/qemu-server/${vmid}.conf' does not exist`,
        exitCode: 255,
      })
    })

    it('says what was refused', async () => {
      const pve = connect()
      expect(await failureOf(pve.request('POST', 'nodes/pve1/qemu', { vmid: 5 }))).toMatchObject({
        status: 400,
        message: 'Parameter verification failed.',
        errors: { vmid: 'invalid format - value does not look like a valid VM ID' },
        exitCode: 255,
      })
      expect(await failureOf(pve.request('GET', 'nope'))).toMatchObject({
        status: 501,
        exitCode: 1,
      })
    })

    it('uploads a file, and leaves nothing else behind', async () => {
      const pve = connect()
      const content = Buffer.alloc(5 * 2 ** 20 + 3, 'x')
      content.write('CD001', 0x8001)
      const filename = `${name} 1.iso`
      let sent = 0
      const upid = await pve.request(
        'POST',
        'nodes/pve1/storage/local/upload',
        {
          content: 'iso',
          'checksum-algorithm': 'sha256',
          checksum: createHash('sha256').update(content).digest('hex'),
        },
        {
          upload: {
            field: 'filename',
            filename,
            size: content.length,
            async *open() {
              for (let at = 0; at < content.length; at += 65_536)
                yield content.subarray(at, at + 65_536)
            },
            onProgress: (bytes) => {
              sent = bytes
            },
          },
        },
      )
      const { exitstatus } = await pve.task(String(upid)).done()
      expect({ exitstatus, sent }).toEqual({ exitstatus: 'OK', sent: content.length })
      const volumes = await pve.nodes('pve1').storage('local').content.get({ content: 'iso' })
      const volid = `local:iso/${name}_1.iso`
      expect(volumes).toContainEqual(expect.objectContaining({ volid, size: content.length }))
      expect(
        execFileSync('sh', ['-c', 'ls /var/tmp/pveupload-* 2>/dev/null || true']).toString(),
      ).toBe('')
    })

    it('makes many calls at once over one connection', async () => {
      const pve = connect()
      const before = server.connections()
      const calls = Array.from({ length: 12 }, () => pve.version.get())
      for (const { release } of await Promise.all(calls)) expect(release).toBe('9.2')
      expect(server.connections() - before).toBe(1)
    })

    it('stops the command at the other end where the call is aborted', async () => {
      const controller = new AbortController()
      const { pid, outcome } = await hang(connect(), controller.signal)
      expect(isRunning(pid)).toBe(true)
      controller.abort(new TimeoutError('enough', 1))
      expect(await outcome).toMatchObject({ name: 'TimeoutError', message: 'enough' })
      await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false)
    })

    it('stops the command where the connection breaks, and connects anew for the next call', async () => {
      const pve = connect()
      const { pid, outcome } = await hang(pve)
      server.cut()
      const error = await outcome
      expect(error).toBeInstanceOf(TransportError)
      expect(error).toMatchObject({ stage: 'exchange' })
      await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false)
      expect(await pve.version.get()).toMatchObject({ release: '9.2' })
    })

    it('refuses a server that is not known, and one with another key', async () => {
      const empty = join(server.folder, 'nobody')
      writeFileSync(empty, '')
      const unknown = await failureOf(connect({ knownHostsFile: empty }).version.get())
      expect(unknown).toBeInstanceOf(TransportError)
      expect(unknown).toMatchObject({ stage: 'connect', code: 'ERR_SSH_HOST_KEY' })

      const wrong = join(server.folder, 'wrong')
      const key = readFileSync(`${server.strangerFile}.pub`, 'utf8')
      writeFileSync(wrong, `[127.0.0.1]:${server.port} ${key}`)
      const changed = await failureOf(connect({ knownHostsFile: wrong }).version.get())
      expect(changed).toMatchObject({ stage: 'connect', code: 'ERR_SSH_HOST_KEY' })
    })

    it('knows a server by the hash of its name', async () => {
      const hashed = join(server.folder, `hashed-${name}`)
      writeFileSync(hashed, readFileSync(server.knownHostsFile))
      execFileSync('ssh-keygen', ['-q', '-H', '-f', hashed], { stdio: 'ignore' })
      expect(readFileSync(hashed, 'utf8')).toMatch(/^\|1\|/)
      const { release } = await connect({ knownHostsFile: hashed }).version.get()
      expect(release).toBe('9.2')
    })

    it('says that a key is not let in', async () => {
      const error = await failureOf(connect({ identityFile: server.strangerFile }).version.get())
      expect(error).toBeInstanceOf(AuthenticationError)
      expect(error).toMatchObject({ status: 401 })
    })
  },
)

const options = (): Parameters<typeof sshTransport>[0] => ({
  host: '127.0.0.1',
  port: server.port,
  user: server.user,
  auth: { privateKey: readFileSync(server.identityFile, 'utf8') },
  knownHostsFile: '/nonexistent',
})

describe.skipIf(missing !== undefined)('ssh2 alone', () => {
  it('takes the one key with a fingerprint', async () => {
    const { hostKey } = server
    const pve = clientOf(sshTransport({ ...options(), hostKey }))
    expect(await pve.version.get()).toMatchObject({ release: '9.2' })
    const other = `SHA256:${'A'.repeat(43)}`
    const error = await failureOf(
      clientOf(sshTransport({ ...options(), hostKey: other })).version.get(),
    )
    expect(error).toMatchObject({ code: 'ERR_SSH_HOST_KEY' })
    expect(String(error)).toContain(`is ${hostKey} (ssh-ed25519), but hostKey is ${other}`)
  })

  it('logs in with an agent, and lends it', async () => {
    const agent = join(server.folder, 'agent')
    const printed = execFileSync('ssh-agent', ['-a', agent], { encoding: 'utf8' })
    const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(printed)?.[1])
    try {
      const env = { ...process.env, SSH_AUTH_SOCK: agent }
      execFileSync('ssh-add', ['-q', server.identityFile], { env, stdio: 'ignore' })
      const { hostKey } = server
      const pve = clientOf(sshTransport({ ...options(), hostKey, auth: { agent, forward: true } }))
      expect(await pve.request('GET', 'test/agent')).toMatch(/agent\./)
    } finally {
      process.kill(pid)
    }
  })

  it('opens a key with its passphrase, and not without', async () => {
    const privateKey = readFileSync(server.encryptedFile, 'utf8')
    const { hostKey, passphrase } = server
    const auth = { privateKey, passphrase }
    const pve = clientOf(sshTransport({ ...options(), hostKey, auth }))
    expect(await pve.version.get()).toMatchObject({ release: '9.2' })
    const error = await failureOf(
      clientOf(sshTransport({ ...options(), hostKey, auth: { privateKey } })).version.get(),
    )
    expect(String(error)).toContain('passphrase')
  })

  it.each(['password', 'keyboard-interactive'] as const)(
    'logs in with a password, by %s',
    async (method) => {
      const { port, hostKey } = await startPasswordServer({ method, password: 'tea-for-two' })
      const transport = (password: string): Transport =>
        sshTransport({ host: '127.0.0.1', port, user: 'root', hostKey, auth: { password } })
      expect(await clientOf(transport('tea-for-two')).request('GET', 'version')).toBe('let in')
      const error = await failureOf(clientOf(transport('coffee')).version.get())
      expect(error).toBeInstanceOf(AuthenticationError)
    },
  )

  it('keeps a wrong password to itself', async () => {
    const auth = { password: 'tea-for-two' }
    const { hostKey } = server
    const error = await failureOf(
      clientOf(sshTransport({ ...options(), hostKey, auth })).version.get(),
    )
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(String(error)).not.toContain('tea-for-two')
  })
})

const sockets = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('proxkit-ssh-'))

describe.skipIf(missing !== undefined)('the ssh of this machine', () => {
  it('lends the agent where that is asked for, and by its own configuration', async () => {
    const agent = join(server.folder, 'agent-of-ssh')
    const printed = execFileSync('ssh-agent', ['-a', agent], { encoding: 'utf8' })
    const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(printed)?.[1])
    const configFile = join(server.folder, 'ssh_config_agent')
    writeFileSync(
      configFile,
      `Host node\nHostName 127.0.0.1\nPort ${server.port}\nUser ${server.user}\n` +
        `UserKnownHostsFile ${server.knownHostsFile}\nIdentityAgent ${agent}\n`,
    )
    try {
      const env = { ...process.env, SSH_AUTH_SOCK: agent }
      execFileSync('ssh-add', ['-q', server.identityFile], { env, stdio: 'ignore' })
      const lending = opensshTransport({ host: 'node', configFile, forwardAgent: true })
      expect(await clientOf(lending).request('GET', 'test/agent')).toMatch(/agent\./)
      const keeping = opensshTransport({ host: 'node', configFile })
      expect(await clientOf(keeping).request('GET', 'test/agent')).toBe('')
    } finally {
      process.kill(pid)
    }
  })

  it('leaves no socket behind', async () => {
    const before = sockets()
    const pve = clientOf(transports['openssh']!())
    await pve.version.get()
    expect(sockets()).toHaveLength(before.length + 1)
    await pve.close()
    expect(sockets()).toEqual(before)
  })
})
