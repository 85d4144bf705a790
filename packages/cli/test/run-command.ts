import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const bin: string = fileURLToPath(new URL('../bin/proxkit.js', import.meta.url))

export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a Node.js program to its end, in an environment of its own. */
export function runNode(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  return runProgram(process.execPath, args, env)
}

/** Runs any program to its end, in an environment of its own. */
export function runProgram(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const options = { env: { PATH: process.env.PATH, ...env }, maxBuffer: 2 ** 25 }
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error && child.exitCode === null) reject(error)
      else resolve({ code: child.exitCode ?? 0, stdout, stderr })
    })
  })
}

/** Runs `proxkit` with these arguments. */
export function proxkit(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  return runNode([bin, ...args], env)
}
