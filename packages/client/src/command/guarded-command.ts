import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import type { CommandOutput } from './read-output.js'
import { shellQuote } from './shell-quote.js'
import type { Shell, ShellProcess } from './shell.js'

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
  signal?: AbortSignal,
): Promise<GuardedResult> => {
  const mark = newMark()
  const process = await shell.start(shellQuote(['sh', '-c', guard, mark, ...command]))
  let grace: NodeJS.Timeout | undefined
  const stop = (): void => {
    process.stdin.end()
    grace = setTimeout(() => process.destroy(), patience)
  }
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted) stop()
  try {
    return await finish(mark, process)
  } finally {
    signal?.removeEventListener('abort', stop)
    clearTimeout(grace)
    process.stdin.end()
  }
}

/** A file that is to be written at the other side. */
export interface RemoteFile {
  readonly path: string
  readonly size: number
  readonly content: AsyncIterable<Uint8Array>
}

/**
 * Writes a file that only this user may read, and that must not be there yet. It is gone again where fewer bytes than
 * announced arrived, whatever the reason: a source that fails, an aborted signal, a connection that broke.
 */
export const writeFile = async (
  shell: Shell,
  { path, size, content }: RemoteFile,
  signal: AbortSignal,
): Promise<GuardedResult> => {
  const mark = newMark()
  const process = await shell.start(shellQuote(['sh', '-c', receive, mark, path, String(size)]))
  const finished = finish(mark, process)
  const over = finished.catch(() => undefined)
  try {
    for await (const chunk of content) {
      if (signal.aborted || process.stdin.destroyed) break
      if (process.stdin.write(chunk)) continue
      await Promise.race([once(process.stdin, 'drain', { signal }), over])
    }
  } finally {
    process.stdin.end()
  }
  return finished
}

const newMark = (): string => `proxkit-${randomBytes(8).toString('hex')}`

const finish = async (mark: string, process: ShellProcess): Promise<GuardedResult> => {
  const [stdout, stderr] = await Promise.all([readText(process.stdout), readText(process.stderr)])
  await process.closed
  return readGuard(mark, stdout, stderr)
}

const receive = [
  'umask 077',
  'set -C',
  'printf "\\n%s begins\\n" "$0" >&2',
  'cat > "$1"',
  's=$?',
  'if [ $s = 0 ] && ! [ "$(wc -c < "$1")" -eq "$2" ]; then',
  '  rm -f -- "$1"',
  '  echo "less arrived than was announced" >&2',
  '  s=1',
  'fi',
  'printf "\\n%s ends %s\\n" "$0" $s >&2',
].join('\n')

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
