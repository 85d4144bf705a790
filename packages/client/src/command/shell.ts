import type { Readable, Writable } from 'node:stream'

/** Something that runs command lines: this machine, or one at the other end of SSH. */
export interface Shell {
  /** How errors name the other side: `root@pve1`. */
  readonly host: string
  /** Has a POSIX shell read the command line. Throws a `ShellRefusal` where none can be reached. */
  start(commandLine: string): Promise<ShellProcess>
  /** Why a command line never began, by what was printed in its place. */
  refusal(printed: string): ShellRefusal
  close(): Promise<void>
}

export interface ShellProcess {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** Resolves when it has ended and all that it printed was read. */
  readonly closed: Promise<void>
  /** Lets go of it at once. */
  destroy(): void
}

/** There is no shell to be had; nothing was done. */
export class ShellRefusal extends Error {
  /** The login was refused, as opposed to everything before it. */
  readonly isLogin: boolean
  readonly code: string | undefined

  constructor(message: string, { isLogin = false, code, cause }: ShellRefusalFacts = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.isLogin = isLogin
    this.code = code
  }
}

interface ShellRefusalFacts {
  readonly isLogin?: boolean
  readonly code?: string | undefined
  readonly cause?: unknown
}

/** The code of an unknown or changed key of a host. */
export const hostKeyCode = 'ERR_SSH_HOST_KEY'
