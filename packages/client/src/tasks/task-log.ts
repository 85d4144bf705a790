import type { ApiResponse } from '@proxkit/schema'

/** Reads one page of a log: `start` lines are skipped, at most `limit` given. */
export type ReadPage = (page: { start: number; limit: number }) => Promise<ApiResponse>

/** A task's log while it grows. */
export class TaskLog {
  readonly #readPage: ReadPage
  #seen = 0

  constructor(readPage: ReadPage) {
    this.#readPage = readPage
  }

  /** The lines that were written since the last time; each is given once. */
  async newLines(): Promise<readonly string[]> {
    const found: string[] = []
    for (;;) {
      const lines = toLines(await this.#readPage({ start: this.#seen, limit: pageLength }))
      this.#seen += lines.length
      found.push(...lines)
      if (lines.length < pageLength) return found
    }
  }

  /** The last lines. */
  async tail(): Promise<readonly string[]> {
    const first = await this.#readPage({ start: 0, limit: tailLength })
    const total = first.total ?? 0
    const last =
      total > tailLength
        ? await this.#readPage({ start: total - tailLength, limit: tailLength })
        : first
    return toLines(last)
  }
}

const pageLength = 500
const tailLength = 10

const toLines = ({ data }: ApiResponse): readonly string[] => {
  const lines = Array.isArray(data) ? data.map(textOf) : []
  // pve-common Tools.pm: dump_logfile puts this line where there is none yet
  return lines.length === 1 && lines[0] === 'no content' ? [] : lines
}

/** An empty line may come without its text; it counts all the same. */
const textOf = (line: unknown): string =>
  typeof line === 'object' && line !== null && 't' in line && typeof line.t === 'string'
    ? line.t
    : ''
