import {
  parseFaults,
  parseOverrides,
  parseRecording,
  parseSeed,
  SeedError,
  type FaultRule,
  type OverrideMap,
  type RecordedExchange,
  type SimulatorOptions,
} from '@proxkit/simulator'
import { readFile } from 'node:fs/promises'
import { systemCode } from '../system-code.js'
import { UsageError } from '../usage-error.js'

type SeedChoice = NonNullable<SimulatorOptions['seed']>

/** A built-in seed by its name, or the seed in a YAML or JSON file. */
export async function readSeed(nameOrFile: string): Promise<SeedChoice> {
  if (nameOrFile === 'lab' || nameOrFile === 'single') return nameOrFile
  const text = await readText(nameOrFile, {
    what: 'seed',
    right: 'lab, single, or a YAML or JSON file',
  })
  return orUsageError('seed', () => parseSeed(text, { file: nameOrFile }))
}

/** The faults in a YAML or JSON file. */
export async function readFaults(file: string): Promise<FaultRule[]> {
  const text = await readText(file, { what: 'faults', right: 'a YAML or JSON file' })
  return orUsageError('faults', () => parseFaults(text, { file }))
}

/** Answers by path in a YAML or JSON file; whether the API has the paths shows when they are used. */
export async function readOverrides(file: string): Promise<OverrideMap> {
  const text = await readText(file, { what: 'overrides', right: 'a YAML or JSON file' })
  return orUsageError('overrides', () => parseOverrides(text, { file }))
}

/** The calls of the API in an HTTP Archive. */
export async function readRecording(file: string): Promise<RecordedExchange[]> {
  const text = await readText(file, { what: 'recording', right: 'an HTTP Archive (HAR)' })
  return orUsageError('recording', () => parseRecording(text, { file }))
}

/** A mistake in what a person wrote is told as one. */
export function orUsageError<T>(what: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof SeedError) throw new UsageError(`invalid ${what}: ${error.message}`)
    throw error
  }
}

async function readText(
  file: string,
  { what, right }: { readonly what: string; readonly right: string },
): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const reason = reasons.get(systemCode(error) ?? '')
    if (reason === undefined) throw error
    throw new UsageError(`cannot read the ${what} ${file}: ${reason}; give ${right}`)
  }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['ENOTDIR', 'there is no such file'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission denied'],
])
