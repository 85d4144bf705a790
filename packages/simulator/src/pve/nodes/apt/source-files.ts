import { createHash } from 'node:crypto'
import type { Cluster } from '../../cluster.js'
import { formatRepositories } from './format-repositories.js'
import { parseLines } from './parse-lines.js'
import { parseStanzas } from './parse-stanzas.js'
import { repositoryFault, type Repository } from './repository.js'
import { newRepository, standardRepositories } from './standard-repositories.js'

/** A file with sources of packages. */
export interface SourceFile {
  readonly path: string
  readonly repositories: readonly Repository[]
  /** SHA-256 of its text. */
  readonly digest: Buffer
}

export interface SourceFiles {
  readonly files: readonly SourceFile[]
  /** Files that cannot be read. */
  readonly errors: readonly { readonly path: string; readonly error: string }[]
  /** Over all files that were read. */
  readonly digest: string
}

/** The release of Debian that a version of the product stands on. */
export function suiteOf({ definition }: Cluster): string {
  const major = Number.parseInt(definition.id.version, 10)
  return major >= 9 ? 'trixie' : major === 8 ? 'bookworm' : 'bullseye'
}

/** proxmox-apt mod.rs: repositories */
export function readSourceFiles(cluster: Cluster, node: string): SourceFiles {
  const files: SourceFile[] = []
  const errors: { path: string; error: string }[] = []
  for (const [path, text] of Object.entries(sourceTexts(cluster, node))) {
    try {
      files.push({ path, repositories: parse(path, text), digest: sha256(text) })
    } catch (error) {
      errors.push({ path, error: Object(error).message })
    }
  }
  const digest = sha256(Buffer.concat(files.map((file) => file.digest))).toString('hex')
  return { files, errors, digest }
}

/** Writes the repositories of one file; the others are then there too. */
export function writeSourceFile(
  cluster: Cluster,
  node: string,
  { path, repositories }: Pick<SourceFile, 'path' | 'repositories'>,
): void {
  const texts = { ...sourceTexts(cluster, node), [path]: formatRepositories(repositories) }
  for (const [one, text] of Object.entries(texts)) cluster.state.writeNodeFile(node, one, text)
}

/** The texts by path; a node that has none has those of a fresh installation. */
function sourceTexts(cluster: Cluster, node: string): Readonly<Record<string, string>> {
  const present = Object.entries(cluster.node(node).files).filter(([path]) =>
    /^\/etc\/apt\/sources\.list(?:\.d\/[\w.-]+\.(?:list|sources))?$/.test(path),
  )
  const texts = present.length > 0 ? present : Object.entries(freshTexts(suiteOf(cluster)))
  return Object.fromEntries(texts.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function parse(path: string, text: string): Repository[] {
  const repositories = path.endsWith('.sources') ? parseStanzas(text) : parseLines(text)
  for (const [index, repository] of repositories.entries()) {
    const fault = repositoryFault(repository)
    if (fault !== undefined) throw new Error(`check for repository ${index + 1} - ${fault}`)
  }
  return repositories
}

function freshTexts(suite: string): Readonly<Record<string, string>> {
  const offered = standardRepositories(suite).filter(
    ({ handle }) => handle === 'enterprise' || handle === 'ceph-squid-enterprise',
  )
  const enabled = offered.map((standard) => newRepository(standard, suite))
  const own = Object.fromEntries(
    enabled.map(({ path, repository }) => [path, formatRepositories([repository])]),
  )
  if (suite === 'trixie') {
    const sources = [
      debian('http://deb.debian.org/debian/', [suite, `${suite}-updates`]),
      debian('http://security.debian.org/debian-security/', [`${suite}-security`]),
    ]
    return {
      ...own,
      '/etc/apt/sources.list.d/debian.sources': formatRepositories(sources),
    }
  }
  return {
    '/etc/apt/sources.list': [
      `deb http://ftp.debian.org/debian ${suite} main contrib`,
      `deb http://ftp.debian.org/debian ${suite}-updates main contrib`,
      `deb http://security.debian.org ${suite}-security main contrib`,
      '',
    ].join('\n\n'),
    ...own,
  }
}

function debian(uri: string, suites: readonly string[]): Repository {
  return {
    fileType: 'sources',
    types: ['deb'],
    uris: [uri],
    suites,
    components: ['main', 'contrib', 'non-free-firmware'],
    options: [{ key: 'Signed-By', values: ['/usr/share/keyrings/debian-archive-keyring.gpg'] }],
    comment: '',
    enabled: true,
  }
}

function sha256(content: string | Buffer): Buffer {
  return createHash('sha256').update(content).digest()
}
