import { readFile } from 'node:fs/promises'
import { systemCode } from '../system-code.js'
import { UsageError } from '../usage-error.js'

/** The text of a file that an operator named. */
export async function readOperatorFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = systemCode(error)
    if (code === undefined) throw error
    throw new UsageError(`cannot read ${path}: ${code}`)
  }
}
