import { existsSync, readFileSync } from 'node:fs'

const file = new URL('../../../../shared/vectors/proxmoxer.json', import.meta.url)

/** What proxmoxer was seen to do, by topic; empty where the folder is not at hand. */
const vectors: Readonly<Record<string, unknown>> = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8'))
  : {}

if (!existsSync(file)) console.log('skipped: ../shared/vectors/proxmoxer.json is not present')

/** The rows of a topic that are to hold here too: defects of proxmoxer are left out. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows the shape of its topic
export const rowsOf = <Row extends object>(topic: string): readonly Row[] => {
  const rows = vectors[topic]
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  return Array.isArray(rows) ? (rows.filter(isNoDefect) as Row[]) : []
}

const isNoDefect = (row: unknown): boolean =>
  typeof row === 'object' && row !== null && !('bug' in row)

// oxlint-disable-next-line typescript/no-explicit-any -- each list has a shape of its own
export type VectorRow = Record<string, any>

/** Every row of a topic, defects included; undefined where the folder is not at hand. */
export const proxmoxerVectors = (topic: string): VectorRow[] | undefined => {
  const rows = vectors[topic]
  return Array.isArray(rows) ? rows : undefined
}
