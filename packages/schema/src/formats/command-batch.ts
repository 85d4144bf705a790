import { decodeJson } from '../perl/decode-json.js'
import { referenceName, scalarText } from '../perl/scalar.js'

const PLACE = ' at /usr/share/perl5/PVE/API2/Nodes.pm line 99.\n'
const MISSING = 'property is missing and it is not optional'

/** A JSON list of calls: path, method and perhaps arguments. */
export function checkCommandBatch(value: string): string | undefined {
  // pve-manager API2/Nodes.pm: verify_command_batch
  const json = /[\u{100}-\u{10FFFF}]/u.test(value)
    ? { error: 'Wide character in subroutine entry' }
    : decodeJson(value)
  if ('error' in json) return `commands param did not contain valid JSON: ${json.error}${PLACE}`
  const lines = commandErrors(json.value)
  if (lines.length === 0) return undefined
  return [
    'commands is not a valid array of commands: 400 Parameter verification failed.',
    ...lines,
    '',
  ].join('\n')
}

function commandErrors(commands: unknown): string[] {
  if (commands === null) return [`_root: ${MISSING}`]
  if (!Array.isArray(commands)) return ["_root: type check ('array') failed"]
  return commands.flatMap((command: unknown, index) => {
    const path = `[${index}]`
    if (command === null) return [`${path}: ${MISSING}`]
    if (!isCommand(command)) return [`${path}: type check ('object') failed`]
    return [
      ...textErrors(`${path}.path`, command.path),
      ...textErrors(`${path}.method`, command.method, /^(?:GET|POST|PUT|DELETE)\n?$/),
      ...argumentErrors(`${path}.args`, command.args ?? null),
    ]
  })
}

type Command = Readonly<Record<string, unknown>>

function isCommand(value: unknown): value is Command {
  return referenceName(value) === 'HASH'
}

function textErrors(path: string, value: unknown, pattern?: RegExp): string[] {
  if (value === undefined || value === null) return [`${path}: ${MISSING}`]
  const reference = referenceName(value)
  if (reference !== '') return [`${path}: type check ('string') failed - got ${reference}`]
  const fits = pattern?.test(scalarText(value)) ?? true
  return fits ? [] : [`${path}: value does not match the regex pattern`]
}

function argumentErrors(path: string, value: unknown): string[] {
  const isMap = value === null || referenceName(value) === 'HASH'
  return isMap ? [] : [`${path}: type check ('object') failed`]
}
