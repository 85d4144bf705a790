import { ApiError, isTask, TaskError, type Verb } from '@proxkit/client'
import {
  type Definition,
  type FoundMethod,
  loadDefinition,
  productNames,
  type Schema,
} from '@proxkit/schema'
import { type AnyClient, type ConnectionOptions, connect } from '../call/call.js'
import { describeFailure } from '../describe-failure.js'
import { UsageError } from '../usage-error.js'
import { childrenText } from './children-text.js'
import { type Known, knownOptions, type Options, parseOptions } from './parse-options.js'
import { PveshError } from './pvesh-error.js'
import { resultText, type ResultOptions } from './result-text.js'
import { takeUploadedFile } from './uploaded-file.js'
import { usageLine, usageText } from './usage.js'

/** Does what `pvesh` does with these words, and resolves to its exit code. pve-manager PVE/CLI/pvesh.pm */
export async function pvesh(given: readonly string[], options: ConnectionOptions): Promise<number> {
  if (options.product !== 'pve') {
    throw new UsageError(
      `pvesh is of Proxmox VE: of ${productNames[options.product]} take get, create, set and delete`,
    )
  }
  const { words, isSilent } = withoutGlobalOptions(given)
  const [command = '', path = '', ...rest] = words
  let usage = ''
  try {
    const definition = loadDefinition({ product: 'pve', version: '9.2' })
    if (command === 'usage') {
      process.stdout.write(usageText(definition, path, rest))
      return 0
    }
    const call = findCall(definition, command, path)
    usage = usageLine(`pvesh ${command}`, call.known, { argument: '<api_path>', hasFormat: true })
    const parsed = parseOptions(rest, { ...standardOptions, ...call.known })
    if (parsed.words.length > 0)
      throw new PveshError('400 too many arguments\n', { withUsage: true })
    const { standard, params } = split(parsed.options, call.known)
    const output = outputOptions(standard)
    await using client = await connect(options)
    const answer = await send(client, { verb: call.verb, path, params })
    await showTask(answer, call.found.method.returns)
    if (isSilent || standard['quiet'] === '1') return 0
    const { returns } = call.found.method
    const data = isTask(answer) ? answer.upid : answer
    process.stdout.write(
      command === 'ls'
        ? childrenText({ definition, path, data, returns }, output)
        : resultText(data, returns, output),
    )
    return 0
  } catch (error) {
    const { message, exitCode, withUsage } = toPveshError(error)
    process.stderr.write(withUsage ? message + usage : message)
    return exitCode
  }
}

interface GivenCall {
  readonly verb: Verb
  readonly path: string
  readonly params: Options
}

async function send(client: AnyClient, { verb, path, params }: GivenCall): Promise<unknown> {
  if (verb !== 'POST' || !/\/storage\/[^/]+\/upload\/?$/.test(path)) {
    return client.request(verb, path, params)
  }
  const { upload, others, remove } = await takeUploadedFile(params)
  try {
    return await client.request(verb, path, others, { upload })
  } finally {
    await remove()
  }
}

/** Options that stand before the command. That calls are passed on to other nodes is not up to the caller here. */
function withoutGlobalOptions(words: readonly string[]): { words: string[]; isSilent: boolean } {
  const rest = [...words]
  let isSilent = false
  while (rest[0] === '--noproxy' || rest[0] === '--nooutput') {
    isSilent ||= rest.shift() === '--nooutput'
  }
  return { words: rest, isSilent }
}

const verbs: Readonly<Record<string, Verb>> = {
  get: 'GET',
  ls: 'GET',
  create: 'POST',
  set: 'PUT',
  delete: 'DELETE',
}

interface FoundCall {
  readonly verb: Verb
  readonly found: FoundMethod
  readonly known: Known
}

function findCall(definition: Definition, command: string, path: string): FoundCall {
  const verb = verbs[command]
  if (!verb) {
    const what = command === '' ? 'no command specified' : `unknown command '${command}'`
    throw new PveshError(`ERROR: ${what}\n${synopsis}`)
  }
  if (path === '') throw new PveshError('400 not enough arguments\n')
  const found = definition.find(verb, path)
  if (found) return { verb, found, known: knownOptions(found.method, found.pathParams) }
  if (command === 'ls') throw new PveshError(`no such resource '${path}'\n`)
  throw new PveshError(`No '${command}' handler defined for '${path}'\n`, { exitCode: 1 })
}

const synopsis = Object.keys(verbs)
  .map((command) => `       pvesh ${command} <api_path> [OPTIONS] [FORMAT_OPTIONS]\n`)
  .join('')

/** pve-common PVE/RESTHandler.pm: $standard_output_options */
const standardOptions: Known = {
  'output-format': { type: 'string', optional: true },
  noheader: { type: 'boolean', optional: true },
  noborder: { type: 'boolean', optional: true },
  quiet: { type: 'boolean', optional: true },
  'human-readable': { type: 'boolean', optional: true },
  noproxy: { type: 'boolean', optional: true },
}

const formats = ['text', 'json', 'json-pretty', 'yaml']

function split(options: Options, known: Known): { standard: Options; params: Options } {
  const standard: Options = {}
  const params: Options = {}
  for (const [name, value] of Object.entries(options)) {
    const isStandard = name in standardOptions
    if (isStandard) standard[name] = value
    // The call's own `quiet` is taken for the standard one.
    else if (name in known) params[name] = value
  }
  return { standard, params }
}

function outputOptions(standard: Options): ResultOptions {
  const format = String(standard['output-format'] ?? 'text')
  if (!formats.includes(format)) {
    throw new PveshError(
      `400 Parameter verification failed.\noutput-format: value '${format}' does not have a value in the enumeration '${formats.join(', ')}'\n`,
      { withUsage: true },
    )
  }
  const { LC_ALL, LC_CTYPE, LANG } = process.env
  return {
    format,
    hasBorder: standard['noborder'] !== '1',
    hasHeader: standard['noheader'] !== '1',
    isForPeople: standard['human-readable'] !== '0',
    isUtf8: /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || ''),
    width: process.stdout.isTTY ? process.stdout.columns : undefined,
  }
}

/** At a terminal the work of a task is done in the foreground: its log comes before its name. */
// pve-common PVE/RESTEnvironment.pm: fork_worker, $tee_worker
async function showTask(data: unknown, returns: Schema): Promise<void> {
  if (returns.upid !== true || !isTask(data)) return
  const lines: string[] = []
  try {
    const task = await data.done({ onLog: (line) => lines.push(line) })
    print(lines, /^TASK (?:OK|WARNINGS: \d+)$/)
    if (task.warnings > 0) {
      process.stderr.write(`Task finished with ${task.warnings} warning(s)!\n`)
    }
  } catch (error) {
    if (!(error instanceof TaskError)) throw error
    print(lines, /^TASK ERROR: /)
    process.stderr.write(`${error.exitStatus}\n`)
  }
}

/** The last line of a log tells the outcome, which is not printed. */
function print(lines: readonly string[], outcome: RegExp): void {
  const work = outcome.test(lines.at(-1) ?? '') ? lines.slice(0, -1) : lines
  process.stdout.write(work.map((line) => `${line}\n`).join(''))
}

/** pve-common PVE/Exception.pm: stringify. What has no status of its own there is 500 over HTTPS. */
function toPveshError(error: unknown): PveshError {
  if (error instanceof PveshError) return error
  if (!(error instanceof ApiError)) {
    const failure = describeFailure(error)
    if (failure === undefined) throw error
    return new PveshError(`596 ${failure}\n`)
  }
  const { status, message, errors = {} } = error
  const lines = Object.entries(errors).map(([name, text]) => `${name}: ${text}\n`)
  const prefix = status === 500 ? '' : `${status} `
  return new PveshError(`${prefix}${message}\n${lines.join('')}`, { withUsage: status === 400 })
}
