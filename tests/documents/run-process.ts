import { type ProcessResult, startProcess } from './start-process.js'

export interface ProcessOptions {
  readonly cwd: string
  /** Ends the process, as Ctrl+C does, when it prints this. */
  readonly until?: string
}

/** Runs a program to its end, or to what it is to print. */
export function runProcess(
  command: readonly string[],
  { cwd, until }: ProcessOptions,
): Promise<ProcessResult> {
  let interrupted = false
  const { ended, interrupt } = startProcess(command, {
    cwd,
    printed(output) {
      if (until === undefined || interrupted || !output.includes(until)) return
      interrupted = true
      interrupt()
    },
  })
  return ended
}
