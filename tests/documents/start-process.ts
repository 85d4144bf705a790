import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface ProcessResult {
  readonly code: number | null
  /** What it printed on both streams. */
  readonly output: string
}

export interface StartedProcess {
  readonly ended: Promise<ProcessResult>
  /** Ends it as Ctrl+C does. */
  readonly interrupt: () => void
}

/** Starts a program. What it keeps for later stays in its directory. */
export function startProcess(
  [program = '', ...args]: readonly string[],
  { cwd, printed }: { readonly cwd: string; readonly printed: (output: string) => void },
): StartedProcess {
  // A process group of its own, since Ctrl+C reaches a whole group.
  const child = spawn(program, args, {
    cwd,
    detached: true,
    env: { ...process.env, PROXKIT_CACHE: `${cwd}/cache` },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      printed(output)
    })
  }
  return {
    ended: once(child, 'close').then(() => ({ code: child.exitCode, output })),
    interrupt: () => process.kill(-(child.pid ?? 0), 'SIGINT'),
  }
}
