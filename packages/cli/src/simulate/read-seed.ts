import { parseSeed, SeedError, type SimulatorOptions } from '@proxkit/simulator'
import { readFile } from 'node:fs/promises'
import { systemCode } from '../system-code.js'
import { UsageError } from '../usage-error.js'

type SeedChoice = NonNullable<SimulatorOptions['seed']>

/** A built-in seed by its name, or the seed in a YAML or JSON file. */
export async function readSeed(nameOrFile: string): Promise<SeedChoice> {
  if (nameOrFile === 'lab' || nameOrFile === 'single') return nameOrFile
  const text = await readText(nameOrFile)
  try {
    return parseSeed(text, { file: nameOrFile })
  } catch (error) {
    if (error instanceof SeedError) throw new UsageError(`invalid seed: ${error.message}`)
    throw error
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const reason = reasons.get(systemCode(error) ?? '')
    if (reason === undefined) throw error
    throw new UsageError(
      `cannot read the seed ${file}: ${reason}; give lab, single, or a YAML or JSON file`,
    )
  }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['ENOTDIR', 'there is no such file'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission denied'],
])
