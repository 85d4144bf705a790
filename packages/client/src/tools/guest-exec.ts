import { ProxkitError, TimeoutError } from '../errors.js'
import { splitCommand } from './split-command.js'
import type { ExecOptions, ExecResult } from './tool-types.js'
import type { ToolAccess } from './tool-access.js'

/** Runs a program in a guest by its agent and waits for its end. */
export const guestExec = async (
  { path, call, clock }: ToolAccess,
  command: string | readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> => {
  const { input, signal, timeout } = options
  const callOptions = signal ? { signal } : {}
  const started = await call(
    'POST',
    `${path}/agent/exec`,
    { command: wordsOf(command, options), 'input-data': input },
    callOptions,
  )
  const pid = numberOf(started, 'pid')
  if (pid === undefined) throw new ProxkitError(`${path}/agent/exec: the answer has no pid`)
  const end = clock.now() + (timeout ?? Number.POSITIVE_INFINITY)
  let pause = firstPause
  for (;;) {
    const status = await call('GET', `${path}/agent/exec-status`, { pid }, callOptions)
    if (isTrue(valueOf(status, 'exited'))) return resultOf(status)
    const left = end - clock.now()
    if (left <= 0) {
      const subject = `process ${pid} of ${path}`
      throw new TimeoutError(
        `${subject} has not ended within ${timeout} ms; it goes on`,
        timeout ?? 0,
      )
    }
    await clock.sleep(Math.min(pause, left), signal)
    pause = Math.min(pause * 1.5, longestPause)
  }
}

const firstPause = 50
const longestPause = 1000

const wordsOf = (
  command: string | readonly string[],
  { split = false }: ExecOptions,
): readonly string[] => {
  const given = typeof command === 'string' ? [command] : command
  const words = split && typeof command === 'string' ? splitCommand(command) : given
  if (words.length > 0 && words[0] !== '') return words
  throw new TypeError('a command has at least the name of a program')
}

const resultOf = (status: unknown): ExecResult => ({
  code: numberOf(status, 'exitcode') ?? null,
  signal: numberOf(status, 'signal') ?? null,
  stdout: textOf(status, 'out-data'),
  stderr: textOf(status, 'err-data'),
  isTruncated: isTrue(valueOf(status, 'out-truncated')) || isTrue(valueOf(status, 'err-truncated')),
})

const valueOf = (record: unknown, name: string): unknown =>
  typeof record === 'object' && record !== null ? Reflect.get(record, name) : undefined

const numberOf = (record: unknown, name: string): number | undefined => {
  const value = valueOf(record, name)
  return typeof value === 'number' ? value : undefined
}

const textOf = (record: unknown, name: string): string => {
  const value = valueOf(record, name)
  return typeof value === 'string' ? value : ''
}

const isTrue = (value: unknown): boolean => value === true || value === 1
