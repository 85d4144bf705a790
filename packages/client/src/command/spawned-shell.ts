import { spawn } from 'node:child_process'
import { ShellRefusal, type ShellProcess } from './shell.js'

/** A process of this machine as that of a shell. */
export const spawnShell = (program: string, args: readonly string[]): Promise<ShellProcess> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true })
    const { stdin, stdout, stderr } = child
    // It may end before all was written to it.
    stdin.on('error', () => {})
    const closed = new Promise<void>((done) => {
      child.once('close', () => done())
    })
    const destroy = (): void => {
      child.kill('SIGKILL')
      stdout.destroy()
      stderr.destroy()
    }
    child.once('spawn', () => resolve({ stdin, stdout, stderr, closed, destroy }))
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(new ShellRefusal(error.message, { code: error.code, cause: error }))
    })
  })
