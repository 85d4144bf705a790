import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface ProcessOptions {
  readonly cwd: string
  /** Ends the process, as Ctrl+C does, when it prints this. */
  readonly until?: string
}

export interface ProcessResult {
  readonly code: number | null
  /** What it printed on both streams. */
  readonly output: string
}

/** Runs a program to its end, or to what it is to print. What it keeps for later stays in its directory. */
export async function runProcess(
  [program = '', ...args]: readonly string[],
  { cwd, until }: ProcessOptions,
): Promise<ProcessResult> {
  // A process group of its own, since Ctrl+C reaches a whole group.
  const child = spawn(program, args, {
    cwd,
    detached: true,
    env: { ...process.env, PROXKIT_CACHE: `${cwd}/cache` },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  let output = ''
  let interrupted = false
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (until === undefined || interrupted || !output.includes(until)) return
      interrupted = true
      process.kill(-(child.pid ?? 0), 'SIGINT')
    })
  }
  await closed
  return { code: child.exitCode, output }
}
