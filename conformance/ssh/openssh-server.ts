import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = '/usr/sbin/sshd'
const passphrase = 'tea for two'

/** Why there is no OpenSSH server to be had; root installs the one of Debian where there is none. */
export function missingServer(): string | undefined {
  if (existsSync(program)) return undefined
  if (process.getuid?.() !== 0) return `there is no ${program}, and only root can install it`
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    console.log('installing openssh-server')
    execFileSync('apt-get', ['update', '-qq'], { env, stdio: 'ignore' })
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'openssh-server'], {
      env,
      stdio: 'ignore',
    })
  } catch {
    return `there is no ${program}, and apt-get could not install openssh-server`
  }
  return existsSync(program) ? undefined : `apt-get installed no ${program}`
}

/** An OpenSSH server of its own, for the user of this process. */
export interface OpensshServer {
  readonly port: number
  readonly user: string
  readonly folder: string
  /** File with the private key that may log in. */
  readonly identityFile: string
  /** One that may with `passphrase`. */
  readonly encryptedFile: string
  readonly passphrase: string
  /** One that may not. */
  readonly strangerFile: string
  /** File that knows the server. */
  readonly knownHostsFile: string
  /** `SHA256:…` */
  readonly hostKey: string
  /** Connections accepted so far. */
  connections(): number
  /** Ends all connections, as a broken network does. */
  cut(): void
  close(): Promise<void>
}

/** Starts one whose sessions have these variables, and `commands` by name in front of their `PATH`. */
export async function startOpensshServer(
  env: Readonly<Record<string, string>>,
  commands: Readonly<Record<string, string>>,
): Promise<OpensshServer> {
  const folder = mkdtempSync(join(tmpdir(), 'proxkit-sshd-'))
  const file = (name: string): string => join(folder, name)
  for (const name of ['host_rsa', 'host_ed25519', 'identity', 'encrypted', 'stranger']) {
    const type = name === 'host_rsa' ? 'rsa' : 'ed25519'
    const phrase = name === 'encrypted' ? passphrase : ''
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', phrase, '-f', file(name)])
  }
  const bin = file('bin')
  mkdirSync(bin)
  for (const [name, text] of Object.entries(commands)) {
    writeFileSync(join(bin, name), text)
    chmodSync(join(bin, name), 0o755)
  }
  writeFileSync(
    file('authorized_keys'),
    ['identity.pub', 'encrypted.pub'].map((name) => readFileSync(file(name), 'utf8')).join(''),
  )
  const variables = { PATH: `${bin}:${process.env['PATH']}`, ...env }
  writeFileSync(
    file('sshd_config'),
    [
      `HostKey ${file('host_rsa')}`,
      `HostKey ${file('host_ed25519')}`,
      `AuthorizedKeysFile ${file('authorized_keys')}`,
      'PidFile none',
      'UsePAM no',
      'StrictModes no',
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
      `SetEnv ${Object.entries(variables)
        .map(([name, value]) => `${name}="${value}"`)
        .join(' ')}`,
      `Banner ${file('banner')}`,
      '',
    ].join('\n'),
  )
  writeFileSync(file('banner'), '403 Keep out, says a banner that looks like an answer\n')
  // The account that it gives up its rights to needs a place to be locked into.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true })

  const children = new Set<ChildProcess>()
  let connections = 0
  // One process per connection, so that no port has to be chosen beforehand.
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    connections += 1
    const child = spawn(program, ['-i', '-f', file('sshd_config'), '-E', file('log')], {
      stdio: [socket, socket, 'ignore'],
      detached: true,
    })
    children.add(child)
    child.once('exit', () => children.delete(child))
    child.once('spawn', () => socket.destroy())
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const { port } = address
  const publicKey = readFileSync(file('host_rsa.pub'), 'utf8').split(' ').slice(0, 2).join(' ')
  writeFileSync(file('known_hosts'), `[127.0.0.1]:${port} ${publicKey}\n`)
  // The library prefers this kind, so it is the one that is shown where none is known.
  const shown = execFileSync('ssh-keygen', ['-lf', file('host_ed25519.pub')], { encoding: 'utf8' })
  const cut = (): void => {
    for (const { pid } of children) {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL')
    }
  }
  return {
    port,
    user: userInfo().username,
    folder,
    identityFile: file('identity'),
    encryptedFile: file('encrypted'),
    passphrase,
    strangerFile: file('stranger'),
    connections: () => connections,
    knownHostsFile: file('known_hosts'),
    hostKey: shown.split(' ')[1] ?? '',
    cut,
    async close() {
      cut()
      await new Promise((resolve) => server.close(resolve))
      rmSync(folder, { recursive: true })
    },
  }
}

/** A `pvesh` that asks a simulator, as the variables of the session say; and two paths that no node has. */
export const pveshCommand = `#!/bin/sh
case $2 in
/test/hangs) echo $$ > "$4"; exec sleep 600 ;;
/test/agent) printf '"%s"' "$SSH_AUTH_SOCK"; exit ;;
esac
exec ${process.execPath} ${fileURLToPath(new URL('../../packages/cli/bin/proxkit.js', import.meta.url))} pvesh "$@"
`
