/**
 * Parts a command as a POSIX shell does: blanks part words, quotes and backslashes keep them together. Nothing is
 * expanded, and `#` begins no comment. Throws a `TypeError` where a quote or escape is not finished.
 */
export const splitCommand = (command: string): string[] => {
  const words: string[] = []
  let word: string | undefined
  let rest = command
  while (rest !== '') {
    const [text = '', blank, plain, single, double, escaped] = token.exec(rest) ?? []
    if (text === '') throw new TypeError(`${unfinished(rest)}: ${command}`)
    rest = rest.slice(text.length)
    if (blank !== undefined) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word = (word ?? '') + (plain ?? single ?? unescape(double) ?? escaped ?? '')
    }
  }
  return word === undefined ? words : [...words, word]
}

// POSIX.1-2024 Shell Command Language 2.2: within double quotes a backslash escapes only these
const unescape = (text: string | undefined): string | undefined =>
  text?.replaceAll(/\\([$`"\\])/g, '$1').replaceAll('\\\n', '')

const token = /^(?:([ \t\r\n]+)|([^ \t\r\n'"\\]+)|'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^]))/

const unfinished = (rest: string): string =>
  rest.startsWith('\\') ? 'no character after the last backslash' : 'a quote is not closed'
