import type { ApiResponse } from '@proxkit/schema'
import { readData, taskIn } from './read-data.js'

/** What a command left behind. */
export interface CommandOutput {
  /** Undefined where it was ended by a signal, or where nobody could tell. */
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/**
 * Makes a response of what `pvesh` or `pmgsh` printed. The exit code decides; what stands on stderr beside a success is
 * noise of the way there. Only where there is no exit code does the text decide.
 */
export const readOutput = (output: CommandOutput): ApiResponse => {
  const { exitCode, stdout, stderr } = output
  const code = exitCode === undefined ? {} : { exitCode }
  if (hasSucceeded(output))
    return { status: 200, data: readData(stdout) ?? taskIn(stderr), ...code }
  return { data: null, ...readFailure(stderr.trim() === '' ? stdout : stderr, exitCode), ...code }
}

const hasSucceeded = ({ exitCode, stdout, stderr }: CommandOutput): boolean => {
  if (exitCode !== undefined) return exitCode === 0
  if (statusLine.test(stderr)) return false
  return stdout.trim() !== '' || stderr.trim() === '' || taskIn(stderr) !== null
}

/** `400 Parameter verification failed.`, wherever it stands. 200 is how pmgsh says that all went well. */
const statusLine = /^([3-9]\d\d) (?=[A-Za-z])(.*)$/m

type Failure = Pick<ApiResponse, 'status' | 'message' | 'errors'>

const readFailure = (text: string, exitCode: number | undefined): Failure => {
  const found = statusLine.exec(text)
  if (!found) {
    const how = exitCode === undefined ? 'was ended' : `ended with code ${exitCode}`
    const message = text.trim() || `the command ${how} and said nothing`
    return { status: unknownMethod.test(text) ? 501 : 500, message }
  }
  const [line, digits = '', reason = ''] = found
  const status = Number(digits)
  const rest = beforeUsage(text.slice(found.index + line.length + 1))
  const errors = status === 400 ? readErrors(rest) : {}
  if (Object.keys(errors).length > 0) return { status, message: reason.trimEnd(), errors }
  return { status, message: [reason, ...rest].join('\n').trimEnd() }
}

/** It has no status of its own in the command; over HTTPS such a call is not implemented. */
// pve-manager PVE/CLI/pvesh.pm: extract_path_info, call_api_method
const unknownMethod = /^no '\w+' handler (?:defined )?for '/im

/** pve-common PVE/RESTHandler.pm: cli_handler adds how the command is used. */
const beforeUsage = (text: string): string[] => {
  const lines = text.split('\n')
  const usage = lines.findIndex((line) => usageLine.test(line))
  return usage === -1 ? lines : lines.slice(0, usage)
}

const usageLine = /^(?:USAGE: )?(?:(?:pvesh|pmgsh) )?(?:get|create|set|delete|ls) \S*[</]/

/** `vmid: …`, and lines of the same message that follow. */
// pve-common PVE/Exception.pm: stringify
const readErrors = (lines: readonly string[]): Record<string, string> => {
  const errors: Record<string, string> = {}
  let current: string | undefined
  for (const line of lines) {
    const [, name, message = ''] = /^([\w-]+): (.*)$/.exec(line) ?? []
    if (name !== undefined) {
      current = name
      errors[name] = message
    } else if (current !== undefined && line !== '') {
      errors[current] += `\n${line}`
    }
  }
  return errors
}
