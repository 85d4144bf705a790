import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2'
import { onTestFinished } from 'vitest'

interface PasswordServerOptions {
  readonly method: 'password' | 'keyboard-interactive'
  readonly password: string
}

interface PasswordServer {
  readonly port: number
  /** `SHA256:…` */
  readonly hostKey: string
}

/** A server that takes a password and runs what it is told; an OpenSSH server asks the system for that. */
export async function startPasswordServer({
  method,
  password,
}: PasswordServerOptions): Promise<PasswordServer> {
  const folder = mkdtempSync(join(tmpdir(), 'proxkit-password-'))
  const file = join(folder, 'host')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
  const shown = execFileSync('ssh-keygen', ['-lf', file], { encoding: 'utf8' })
  writeFileSync(join(folder, 'pvesh'), `#!/bin/sh\necho '"let in"'\n`)
  chmodSync(join(folder, 'pvesh'), 0o755)
  const connections = new Set<Connection>()
  const server = new ssh2.Server({ hostKeys: [readFileSync(file)] }, (connection) => {
    connections.add(connection)
    connection.on('error', () => {})
    connection.on('authentication', (context) => decide(context, { method, password }))
    connection.on('session', (accept) => {
      accept().on('exec', (begin, _, { command }) => run(begin(), { command, folder }))
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    for (const connection of connections) connection.end()
    server.close()
    rmSync(folder, { recursive: true })
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { port, hostKey: shown.split(' ')[1] ?? '' }
}

function decide(context: AuthContext, { method, password }: PasswordServerOptions): void {
  if (context.method !== method) context.reject([method])
  else if (context.method === 'keyboard-interactive') {
    context.prompt([{ prompt: 'Password: ', echo: false }], ([answer]) => {
      if (answer === password) context.accept()
      else context.reject()
    })
  } else if (context.method === 'password' && context.password === password) context.accept()
  else context.reject()
}

/** Has a shell run it that finds a `pvesh` which answers every call alike. */
function run(
  channel: ServerChannel,
  { command, folder }: { command: string; folder: string },
): void {
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}` }
  const child = spawn('sh', ['-c', command], { env })
  channel.pipe(child.stdin)
  child.stdout.pipe(channel, { end: false })
  child.stderr.pipe(channel.stderr, { end: false })
  child.once('close', (code) => {
    channel.exit(code ?? 1)
    channel.end()
  })
}
