/** The two forms of files with sources: `*.list` with one line for each, `*.sources` with a stanza for each. */
export type SourceFileType = 'list' | 'sources'

export interface RepositoryOption {
  readonly key: string
  readonly values: readonly string[]
}

/** One entry of a file with sources. proxmox-apt-api-types: APTRepository */
export interface Repository {
  readonly fileType: SourceFileType
  readonly types: readonly string[]
  readonly uris: readonly string[]
  readonly suites: readonly string[]
  readonly components: readonly string[]
  readonly options: readonly RepositoryOption[]
  /** Lines without their `#`, each with its newline. */
  readonly comment: string
  readonly enabled: boolean
}

/** A repository that is switched on or off; stanzas say so in an option. proxmox-apt: set_enabled */
export function withEnabled(repository: Repository, enabled: boolean): Repository {
  if (repository.fileType === 'list') return { ...repository, enabled }
  const option = { key: 'Enabled', values: [String(enabled)] }
  const { options } = repository
  const isThere = options.some(({ key }) => key === option.key)
  return {
    ...repository,
    enabled,
    options: isThere
      ? options.map((one) => (one.key === option.key ? option : one))
      : [...options, option],
  }
}

/** What is wrong with a repository, in the product's words; undefined where nothing is. proxmox-apt: basic_check */
export function repositoryFault(repository: Repository): string | undefined {
  const { types, uris, suites, components, fileType } = repository
  if (types.length === 0) return 'missing package type(s)'
  if (uris.length === 0) return 'missing URI(s)'
  if (suites.length === 0) return 'missing suite(s)'
  const badUri = uris.find((uri) => !uri.includes(':') || uri.length < 3)
  if (badUri !== undefined) return `invalid URI: '${badUri}'`
  for (const suite of suites) {
    const isAbsolute = suite.endsWith('/')
    if (!isAbsolute && components.length === 0) return 'missing component(s)'
    if (isAbsolute && components.length > 0) {
      return `absolute suite '${suite}' does not allow component(s)`
    }
  }
  if (fileType === 'sources') return undefined
  if (types.length > 1) return 'more than one package type'
  if (uris.length > 1) return 'more than one URI'
  return suites.length > 1 ? 'more than one suite' : undefined
}

/** As the API shows it: what is empty is left out. */
export function shownRepository(repository: Repository): Readonly<Record<string, unknown>> {
  const { types, uris, suites, components, options, comment, fileType, enabled } = repository
  const lists = { Types: types, URIs: uris, Suites: suites, Components: components }
  return {
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
    ...(options.length > 0 && {
      Options: options.map(({ key, values }) => ({ Key: key, Values: values })),
    }),
    ...(comment !== '' && { Comment: comment }),
    FileType: fileType,
    Enabled: enabled ? 1 : 0,
  }
}
