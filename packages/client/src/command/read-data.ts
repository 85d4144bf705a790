/**
 * The result among what a command printed: JSON at the end, after the log of a task that ran in the foreground.
 * Text that is none is given back as it is, since `pmgsh` prints strings bare; nothing is null.
 */
export const readData = (text: string): unknown => {
  const printed = text.trimEnd()
  if (printed === '') return null
  const whole = parse(printed)
  if (whole) return taskOf(whole.value)
  const found = atTheEnd(printed) ?? lastAlone(printed)
  if (found) return taskOf(found.value)
  return taskIn(printed) ?? printed
}

interface Parsed {
  readonly value: unknown
}

const parse = (text: string): Parsed | undefined => {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

const closing: Readonly<Record<string, string>> = { '[': ']', '{': '}' }

/** The last line with which a text begins that is JSON to its end. */
const atTheEnd = (text: string): Parsed | undefined => {
  for (let end = text.length; end > 0;) {
    const start = text.lastIndexOf('\n', end - 1) + 1
    // Inside a document that spans lines, only its first one is not indented. A scalar is a line of its own.
    const isScalarLine = end === text.length
    if (isScalarLine || closing[text[start] ?? ''] === text.at(-1)) {
      const parsed = parse(text.slice(start))
      if (parsed) return parsed
    }
    end = start - 1
  }
  return undefined
}

/** The last line that is a document by itself, where something was printed after it. */
const lastAlone = (text: string): Parsed | undefined => {
  for (const line of text.split('\n').toReversed()) {
    const parsed = /^(?:[[{]|"UPID:)/.test(line) ? parse(line) : undefined
    if (parsed) return parsed
  }
  return undefined
}

/**
 * Where the call was passed on to another node, the log of the task and its name arrive as one string.
 */
// pve-manager PVE/CLI/pvesh.pm: proxy_handler
const taskOf = (value: unknown): unknown =>
  typeof value === 'string' ? (/"(UPID:[^"\s]+:)"$/.exec(value)?.[1] ?? value) : value

/** The name of a task that stands on a line of its own. */
export const taskIn = (text: string): string | null => /^UPID:\S+:\S*$/m.exec(text)?.[0] ?? null
