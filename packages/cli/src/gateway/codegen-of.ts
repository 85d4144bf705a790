import type { CodegenOptions } from '@proxkit/gateway'
import { readOperatorFile } from '../connection/read-operator-file.js'

export interface CodegenSettings {
  readonly codegenKey?: string
  /** Hosts, parted by commas. */
  readonly codegenSources: string
  /** Networks, parted by commas. */
  readonly codegenNetworks?: string
  /** Path of a file. */
  readonly codegenCa?: string
  readonly codegenGenerateLimit: number
  readonly codegenReadLimit: number
}

/** What the settings say about `/codegen`. */
export async function codegenOf({
  codegenKey,
  codegenSources,
  codegenNetworks,
  codegenCa,
  codegenGenerateLimit,
  codegenReadLimit,
}: CodegenSettings): Promise<CodegenOptions> {
  return {
    key: codegenKey,
    sources: partsOf(codegenSources),
    ...(codegenNetworks !== undefined && { networks: partsOf(codegenNetworks) }),
    ...(codegenCa !== undefined && { ca: await readOperatorFile(codegenCa) }),
    generatePerHour: codegenGenerateLimit,
    readPerHour: codegenReadLimit,
  }
}

const partsOf = (list: string): readonly string[] => list.split(',').map((part) => part.trim())
