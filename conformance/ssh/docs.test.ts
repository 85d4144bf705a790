import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator, type SimulatorProcess } from '../../scripts/src/simulator-process.js'
import { codeBlocks } from '../../tests/documents/code-blocks.js'
import {
  missingServer,
  type OpensshServer,
  pveshCommand,
  startOpensshServer,
} from './openssh-server.js'

const missing = missingServer()
const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const blocks = codeBlocks(readFileSync(path('../../docs/ssh.md'), 'utf8'))

let simulator: SimulatorProcess
let server: OpensshServer
/** Where the examples run. */
let folder: string
let env: Record<string, string>

beforeAll(async () => {
  if (missing !== undefined) return
  simulator = await startSimulator()
  env = {
    PROXKIT_HOST: simulator.url,
    PROXKIT_TOKEN: simulator.token,
    PROXKIT_FINGERPRINT: simulator.fingerprint ?? '',
  }
  server = await startOpensshServer(env, { pvesh: pveshCommand })
  mkdirSync(path('../node_modules/.cache'), { recursive: true })
  folder = mkdtempSync(path('../node_modules/.cache/docs-'))
  // Seen from here, as it is where both were installed.
  mkdirSync(join(folder, 'node_modules/@proxkit'), { recursive: true })
  symlinkSync(path('../../packages/client'), join(folder, 'node_modules/@proxkit/client'))
  const { port, user, identityFile, knownHostsFile } = server
  writeFileSync(
    join(server.folder, 'ssh_config'),
    `Host pve1\nHostName 127.0.0.1\nPort ${port}\nUser ${user}\nIdentityFile ${identityFile}\n` +
      `UserKnownHostsFile ${knownHostsFile}\nIdentitiesOnly yes\nIdentityAgent none\n`,
  )
})
afterAll(async () => {
  if (missing === undefined) rmSync(folder, { recursive: true })
  await server?.close()
  await simulator?.stop()
})

describe.skipIf(missing !== undefined)('docs/ssh.md', () => {
  it.each(blocks)('works as printed: line $line', async ({ code, language, line }) => {
    expect(language).toBe('ts')
    const file = join(folder, `example-${line}.mjs`)
    // None of them has anything that only TypeScript knows.
    writeFileSync(file, forThisServer(code))
    const { stdout } = await promisify(execFile)(process.execPath, ['--preserve-symlinks', file], {
      env: { ...process.env, ...env, PATH: `${join(server.folder, 'bin')}:${process.env['PATH']}` },
    })
    expect(stdout).not.toBe('')
  })
})

/** The examples name hosts and files that are elsewhere. */
const forThisServer = (code: string): string =>
  code
    .replace(
      "host: 'pve1.example.com'",
      `host: '127.0.0.1', port: ${server.port}, knownHostsFile: '${server.knownHostsFile}'`,
    )
    .replace("user: 'root'", `user: '${server.user}'`)
    .replace('/root/.ssh/id_ed25519', server.identityFile)
    .replace("host: 'pve1'", `host: 'pve1', configFile: '${join(server.folder, 'ssh_config')}'`)
