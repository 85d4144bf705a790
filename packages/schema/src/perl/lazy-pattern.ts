/** As much of a regular expression as checks need. */
export interface TextPattern {
  test(text: string): boolean
  exec(text: string): RegExpExecArray | null
}

/** A regular expression that is built when it is first used, since Unicode classes take their time. */
export function lazyPattern(build: () => RegExp): TextPattern {
  let built: RegExp | undefined
  return {
    test: (text) => (built ??= build()).test(text),
    exec: (text) => (built ??= build()).exec(text),
  }
}
