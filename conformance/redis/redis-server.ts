import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface RedisServer extends AsyncDisposable {
  /** Path of its socket, which stands for a URL. */
  readonly url: string
}

/** Why there is no Redis to test with, or undefined where there is one; Debian's is installed where that may be done. */
export function missingRedis(): string | undefined {
  if (isThere()) return undefined
  if (process.getuid?.() !== 0) return 'there is no redis-server, and only root can install one'
  spawnSync('apt-get', ['update', '-q'])
  spawnSync('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'redis-server'], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  return isThere() ? undefined : 'there is no redis-server, and apt-get cannot install one'
}

const isThere = (): boolean => spawnSync('redis-server', ['--version']).status === 0

/** Starts a Redis of its own that listens on no port and keeps nothing. */
export async function startRedis(): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'proxkit-redis-'))
  const url = join(directory, 'socket')
  const args = ['--port', '0', '--unixsocket', url, '--save', '', '--dir', directory]
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  for await (const line of createInterface(child.stdout)) {
    if (/ready to accept connections/i.test(line)) break
  }
  child.stdout.resume()
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill()
      await exited
      await rm(directory, { recursive: true })
    },
  }
}
