import type { SourceFile } from './source-files.js'

/** What the product remarks about a repository. proxmox-apt-api-types: APTRepositoryInfo */
interface RepositoryNote {
  readonly path: string
  readonly index: number
  readonly property?: string
  readonly kind: string
  readonly message: string
}

const codenames = [
  'lenny',
  'squeeze',
  'wheezy',
  'jessie',
  'stretch',
  'buster',
  'bullseye',
  'bookworm',
  'trixie',
  'forky',
  'duke',
]

/** Suites that do not fit the release, then where the packages come from. proxmox-apt mod.rs: check_repositories */
export function repositoryNotes(
  files: readonly SourceFile[],
  suite: string,
): readonly RepositoryNote[] {
  return files.flatMap((file) => [...suiteNotes(file, suite), ...originNotes(file)])
}

/** proxmox-apt file.rs: check_suites */
function suiteNotes({ path, repositories }: SourceFile, current: string): RepositoryNote[] {
  return repositories.flatMap(({ types, uris, suites }, index) => {
    if (!types.includes('deb')) return []
    const isSecurity = uris.some((uri) =>
      /^https?:\/\/security\.debian\.org\/*(?:debian-security)?\/*$/.test(uri),
    )
    return suites.flatMap((suite) =>
      remarks(suite, { current, isSecurity }).map(([kind, message]) => ({
        path,
        index,
        property: 'Suites',
        kind,
        message,
      })),
    )
  })
}

function remarks(
  suite: string,
  { current, isSecurity }: { readonly current: string; readonly isSecurity: boolean },
): (readonly [kind: string, message: string])[] {
  const [, base = '', variant = ''] = /^([^-/]*)(.*)$/.exec(suite) ?? []
  const old = `old suite '${base}' configured!`
  const young = `suite '${base}' should not be used in production!`
  if (base === 'oldoldstable' || base === 'oldstable') return [['warning', old]]
  if (['testing', 'unstable', 'experimental', 'sid'].includes(base)) return [['warning', young]]
  if (base === 'stable') {
    return [['warning', "use the name of the stable distribution instead of 'stable'!"]]
  }
  const rank = codenames.indexOf(base.toLowerCase())
  if (rank === -1) return []
  const ahead = rank - codenames.indexOf(current)
  const found: (readonly [string, string])[] = []
  if (ahead < 0) found.push(['warning', old])
  if (ahead > 0) found.push([ahead === 1 ? 'ignore-pre-upgrade-warning' : 'warning', young])
  if (isSecurity && variant !== '-security') {
    found.push(['warning', `expected suite '${current}-security'`])
  }
  return found
}

/** proxmox-apt file.rs: check_uris */
function originNotes({ path, repositories }: SourceFile): RepositoryNote[] {
  return repositories.flatMap(({ uris }, index) => {
    const origin = uris.map(originOf).find((one) => one !== undefined)
    return origin === undefined ? [] : [{ path, index, kind: 'origin', message: origin }]
  })
}

function originOf(uri: string): string | undefined {
  const host = /^https?:\/\/(?:[^/@]*@)?([^/:]*)/.exec(uri)?.[1] ?? ''
  if (/(?:^|\.)proxmox\.com$/.test(host)) return 'Proxmox'
  return /(?:^|\.)debian\.org$/.test(host) ? 'Debian' : undefined
}
