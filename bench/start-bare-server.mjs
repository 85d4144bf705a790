import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('bare-server.mjs', import.meta.url))

/** Starts the bare server in a process of its own; `bodies` has the answer to each path. */
export async function startBareServer(bodies, flags = []) {
  const child = spawn(process.execPath, [program, ...flags], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify(bodies))
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  return {
    ...JSON.parse(line),
    pid: child.pid,
    async stop() {
      child.kill()
      await once(child, 'exit')
    },
  }
}
