import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { CommandOutput } from './read-output.js'
import { shellQuote } from './shell-quote.js'
import type { Shell } from './shell.js'

/** What became of a command. */
export interface GuardedResult extends CommandOutput {
  /** `refused`: it never began. `lost`: it began, and nobody knows how it ended. */
  readonly outcome: 'ended' | 'refused' | 'lost'
}

/**
 * Runs a command so that it ends when nobody waits for it any more: when the signal is aborted, and also when this
 * process or the connection dies. Resolves when all is over, for an aborted one too.
 *
 * A shell stands guard over the command. Its own standard input stays open as long as the result is wanted; at its end
 * it stops the command. On stderr it says when the command begins and how it ends, since the exit code of `ssh` alone
 * does not tell its own failures from those of the command.
 */
export const runGuarded = async (
  shell: Shell,
  command: readonly string[],
  signal: AbortSignal | undefined,
): Promise<GuardedResult> => {
  const mark = `proxkit-${randomBytes(8).toString('hex')}`
  const process = await shell.start(shellQuote(['sh', '-c', guard, mark, ...command]))
  let grace: NodeJS.Timeout | undefined
  const stop = (): void => {
    process.stdin.end()
    grace = setTimeout(() => process.destroy(), patience)
  }
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted) stop()
  try {
    const [stdout, stderr] = await Promise.all([readText(process.stdout), readText(process.stderr)])
    await process.closed
    return readGuard(mark, stdout, stderr)
  } finally {
    signal?.removeEventListener('abort', stop)
    clearTimeout(grace)
    process.stdin.end()
  }
}

/** Milliseconds for a command to end; the guard itself kills it after five seconds. */
const patience = 7000

/**
 * `sudo` does not pass on a signal that comes from its own process group, and only root may send it one.
 */
const guard = [
  'exec 3<&0 </dev/null',
  'printf "\\n%s begins\\n" "$0" >&2',
  '"$@" 3<&- &',
  'p=$!',
  '{',
  '  read -r _ <&3',
  '  case $1 in sudo) setsid kill $p || setsid sudo -n kill $p ;; *) kill $p ;; esac',
  '  sleep 5 3<&-',
  '  kill -9 $p',
  '} >/dev/null 2>&1 &',
  'w=$!',
  'wait $p',
  's=$?',
  'kill $w',
  'printf "\\n%s ends %s\\n" "$0" $s >&2',
  'exit $s',
].join('\n')

const readGuard = (mark: string, stdout: string, stderr: string): GuardedResult => {
  const begins = stderr.indexOf(`\n${mark} begins\n`)
  if (begins === -1) return { outcome: 'refused', exitCode: undefined, stdout, stderr }
  const printed = stderr.slice(begins + `\n${mark} begins\n`.length)
  const end = new RegExp(`\\n${mark} ends (\\d+)\\n`).exec(printed)
  if (!end) return { outcome: 'lost', exitCode: undefined, stdout, stderr: printed }
  return { outcome: 'ended', exitCode: Number(end[1]), stdout, stderr: printed.slice(0, end.index) }
}

const readText = async (stream: Readable): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
