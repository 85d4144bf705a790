import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** A `proxkit gateway` that an example has started, for those that follow it. */
export interface RunningGateway {
  readonly url: string
  stop(): Promise<void>
}

/** Starts it by its command line, on a free port; rejects with what it printed where it ends before it listens. */
export async function runGateway(command: string, cwd: string): Promise<RunningGateway> {
  // A process group of its own, since the shell and npx stand before it.
  const child = spawn('bash', ['-c', `${command.trim()} --port 0`], {
    cwd,
    detached: true,
    env: { ...process.env, PROXKIT_CACHE: `${cwd}/cache` },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  let output = ''
  const ready = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        const [, url] = /^ {2}URL {10}(\S+)$[^]*Press Ctrl\+C/m.exec(output) ?? []
        if (url !== undefined) resolve(url)
      })
    }
  })
  const url = await Promise.race([ready, closed.then(() => undefined)])
  if (url === undefined) throw new Error(`${command} has ended: ${output}`)
  return {
    url,
    async stop() {
      process.kill(-(child.pid ?? 0), 'SIGINT')
      await closed
    },
  }
}
