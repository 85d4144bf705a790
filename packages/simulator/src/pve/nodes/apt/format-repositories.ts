import type { Repository } from './repository.js'

/** The text of a file with these repositories. proxmox-apt file.rs: write */
export function formatRepositories(repositories: readonly Repository[]): string {
  return repositories
    .map((repository) =>
      repository.fileType === 'list' ? formatLine(repository) : formatStanza(repository),
    )
    .join('\n')
}

function formatStanza(repository: Repository): string {
  const { types, uris, suites, components, options } = repository
  return [
    ...commentLines(repository),
    `Types: ${types.join(' ')}`,
    `URIs: ${uris.join(' ')}`,
    `Suites: ${suites.join(' ')}`,
    ...(components.length > 0 ? [`Components: ${components.join(' ')}`] : []),
    ...options.map(({ key, values }) => `${key}: ${values.join(' ')}`),
    '',
  ].join('\n')
}

function formatLine(repository: Repository): string {
  const { types, uris, suites, components, options, enabled } = repository
  const listed = options.map(({ key, values }) => `${quoted(`${key}=${values.join(',')}`)} `)
  const words = [...uris, ...suites].map((word) => `${quoted(word)} `)
  return [
    ...commentLines(repository),
    [
      enabled ? '' : '# ',
      `${types[0]} `,
      listed.length > 0 ? `[ ${listed.join('')}] ` : '',
      words.join(''),
      components.map(quoted).join(' '),
    ].join(''),
    '',
  ].join('\n')
}

function commentLines({ comment }: Repository): string[] {
  if (comment === '') return []
  return comment
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `#${line}`)
}

/** In quotes where there is white space outside of brackets. */
function quoted(word: string): string {
  return /\s/.test(word.replaceAll(/\[[^\]]*\]?/g, '')) ? `"${word}"` : word
}
