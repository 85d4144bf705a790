import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** A request to a real server and its answer, as they were recorded. */
export interface Interaction {
  readonly id: number
  readonly request: {
    readonly method: string
    readonly url: string
    readonly body?: string
    readonly headers: Readonly<Record<string, readonly string[]>>
  }
  readonly response: {
    readonly status: string
    readonly body: string
    readonly headers: Readonly<Record<string, readonly string[]>>
  }
}

export interface Recording {
  readonly name: string
  readonly interactions: readonly Interaction[]
}

const folder = new URL('../../../../../shared/recordings/', import.meta.url)

export const areRecorded: boolean = existsSync(folder)

export function readRecordings(): Recording[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => {
      const { interactions }: { interactions: Interaction[] } = parse(
        readFileSync(new URL(file, folder), 'utf8'),
      )
      return { name: file.replace('.yaml', ''), interactions }
    })
}
