import type { ApiResponse } from '@proxkit/schema'

/** Reads one page of a log: `start` lines are skipped, at most `limit` given. */
export type ReadPage = (page: { start: number; limit: number }) => Promise<ApiResponse>

/** A task's log while it grows. */
export class TaskLog {
  readonly #readPage: ReadPage
  readonly #onLine: ((line: string) => void) | undefined
  #seen = 0

  constructor(readPage: ReadPage, onLine: ((line: string) => void) | undefined) {
    this.#readPage = readPage
    this.#onLine = onLine
  }

  /** Hands on the lines that were written since the last time. */
  async follow(): Promise<void> {
    if (!this.#onLine) return
    for (;;) {
      const lines = toLines(await this.#readPage({ start: this.#seen, limit: pageLength }))
      this.#seen += lines.length
      for (const line of lines) this.#onLine(line)
      if (lines.length < pageLength) return
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
  const lines = Array.isArray(data) ? data.filter(isLine).map(({ t }) => t) : []
  // pve-common Tools.pm: dump_logfile puts this line where there is none yet
  return lines.length === 1 && lines[0] === 'no content' ? [] : lines
}

const isLine = (value: unknown): value is { readonly t: string } =>
  typeof value === 'object' && value !== null && 't' in value && typeof value.t === 'string'
