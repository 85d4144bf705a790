/** Writes words so that a POSIX shell reads them back as they are. */
export const shellQuote = (words: readonly string[]): string => words.map(quoteWord).join(' ')

const quoteWord = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`
