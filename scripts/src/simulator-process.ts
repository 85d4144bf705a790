import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A `proxkit simulate` that runs, and what it has printed about itself. */
export interface SimulatorProcess {
  readonly pid: number | undefined
  readonly url: string
  /** SHA-256 of the certificate; undefined with plain HTTP. */
  readonly fingerprint: string | undefined
  readonly user: string
  readonly password: string
  /** `user@realm!name=secret`; empty where the seed has none. */
  readonly token: string
  /** Opens the control under `/_proxkit/`. */
  readonly controlKey: string
  /** The pages of the gateway beside it; empty without one. */
  readonly startPage: string
  readonly docs: string
  /** The commands it suggests. */
  readonly commands: readonly string[]
  /** Milliseconds from the start of the process until it said where it listens. */
  readonly readyAfter: number
  /** Asks the process to end, by default as Ctrl+C does, and resolves to its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

const bin = fileURLToPath(new URL('../../packages/cli/bin/proxkit.js', import.meta.url))

/** Starts `proxkit simulate` on a free port. Rejects with what it printed when it ends before it listens. */
export async function startSimulator(
  args: readonly string[] = [],
  program: string = bin,
): Promise<SimulatorProcess> {
  const started = performance.now()
  const child = spawn(process.execPath, [program, 'simulate', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  // A caller that fails before it calls `stop` leaves no process behind.
  const kill = (): void => {
    child.kill()
  }
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })

  const facts = new Map<string, string>()
  const commands: string[] = []
  let readyAfter = 0
  for await (const line of createInterface(child.stdout)) {
    const fact =
      /^ {2}(URL|Certificate|User|Password|API token|Control key|Start page|Docs|Kept in) +(.+)$/.exec(
        line,
      )
    if (fact?.[1] === 'URL') readyAfter = performance.now() - started
    if (fact?.[1] && fact[2]) facts.set(fact[1], fact[2])
    else if (/^ {2}\S/.test(line)) commands.push(line.trim())
    if (line.startsWith('Press')) break
  }
  const url = facts.get('URL')
  if (url === undefined) {
    await exited
    throw new Error(`proxkit simulate ended before it listened: ${errors}`)
  }
  return {
    pid: child.pid,
    url,
    fingerprint: facts.get('Certificate')?.replace('SHA-256 ', ''),
    user: facts.get('User') ?? '',
    password: facts.get('Password') ?? '',
    token: facts.get('API token') ?? '',
    controlKey: facts.get('Control key') ?? '',
    startPage: facts.get('Start page') ?? '',
    docs: facts.get('Docs') ?? '',
    commands,
    readyAfter,
    async stop(signal = 'SIGINT') {
      child.kill(signal)
      await exited
      return child.exitCode
    },
  }
}
