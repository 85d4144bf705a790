import { existsSync, readFileSync } from 'node:fs'

const file = new URL('../../../../shared/vectors/proxmoxer.json', import.meta.url)

// oxlint-disable-next-line typescript/no-explicit-any -- each list has a shape of its own
export type VectorRow = Record<string, any>

/** What proxmoxer was observed to do; undefined, and said so, where the file is not there. */
export const proxmoxerVectors = (name: string): VectorRow[] | undefined => {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))[name]
  console.log(`skipped: ../shared/vectors/proxmoxer.json is not there (${name})`)
  return undefined
}
