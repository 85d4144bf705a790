import { withEnabled, type Repository, type RepositoryOption } from './repository.js'

/**
 * Reads a file with one repository in a line: `deb [option=value] uri suite component…`; those behind a `#` are switched
 * off. Throws an `Error` with the product's text.
 *
 * proxmox-apt list_parser.rs
 */
export function parseLines(text: string): Repository[] {
  const repositories: Repository[] = []
  let comment = ''
  for (const [index, line] of text.split('\n').entries()) {
    let parsed: ParsedLine
    try {
      parsed = parseLine(line)
    } catch (error) {
      throw new Error(`malformed entry on line ${index + 1} - ${Object(error).message}`, {
        cause: error,
      })
    }
    if (parsed.comment !== undefined) comment += `${parsed.comment}\n`
    if (!parsed.repository) continue
    repositories.push({ ...parsed.repository, comment })
    comment = ''
  }
  return repositories
}

interface ParsedLine {
  readonly comment?: string
  readonly repository?: Repository
}

function parseLine(given: string): ParsedLine {
  const line = given.trim()
  if (line.startsWith('#')) {
    const hidden = parseHidden(line.slice(1))
    if (hidden) return hidden
  }
  const hash = line.indexOf('#')
  const comment = hash === -1 ? {} : { comment: line.slice(hash + 1) }
  const [, type, rest = ''] = /^(\S+)\s+(.*)$/.exec(hash === -1 ? line : line.slice(0, hash)) ?? []
  if (type === undefined) return comment
  if (type !== 'deb' && type !== 'deb-src') throw new Error(`invalid package type '${type}'`)
  const inOptions = rest.startsWith('[')
  const words = splitWords(inOptions ? rest.slice(1) : rest).values()
  const options = inOptions ? parseOptions(words) : []
  const { value: uri } = words.next()
  if (uri === undefined) throw new Error('missing URI')
  const { value: suite } = words.next()
  if (suite === undefined) throw new Error('missing suite')
  return {
    ...comment,
    repository: {
      fileType: 'list',
      types: [type],
      uris: [uri],
      suites: [suite],
      components: [...words],
      options,
      comment: '',
      enabled: true,
    },
  }
}

/** A repository behind a `#`; undefined where it is a plain comment. */
function parseHidden(line: string): ParsedLine | undefined {
  try {
    const { repository, comment } = parseLine(line)
    if (!repository) return undefined
    return { repository: withEnabled(repository, false), ...(comment !== undefined && { comment }) }
  } catch {
    return undefined
  }
}

function parseOptions(words: Iterator<string>): RepositoryOption[] {
  const options: RepositoryOption[] = []
  for (;;) {
    const { value: word, done } = words.next()
    if (done) throw new Error("options not closed by ']'")
    const isLast = word.endsWith(']')
    const option = isLast ? word.slice(0, -1) : word
    if (option !== '') {
      const equals = option.indexOf('=')
      if (equals === -1) throw new Error(`got invalid option - '${option}'`)
      const [key, value] = [option.slice(0, equals), option.slice(equals + 1)]
      if (key === '') throw new Error(`option has no key: '${option}'`)
      if (value === '') throw new Error(`option has no value: '${option}'`)
      options.push({ key, values: value.split(',') })
    }
    if (isLast) return options
  }
}

/** Words, within which `[]` and `""` keep white space together; quotes are dropped. */
function splitWords(text: string): string[] {
  const words = text.match(/(?:"[^"]*(?:"|$)|\[[^\]]*(?:\]|$)|[^\s"[])+/g) ?? []
  for (const word of words) {
    const quote = /["[]/.exec(word.replaceAll(/"[^"]*"|\[[^\]]*\]/g, ''))?.[0]
    if (quote !== undefined) throw new Error(`missing terminating '${quote === '[' ? ']' : '"'}'`)
  }
  return words.map((word) => word.replaceAll('"', ''))
}
