import type { Repository } from './repository.js'

/** A repository that the product offers by a handle, such as `no-subscription` or `ceph-squid-test`. */
export interface StandardRepository {
  readonly handle: string
  readonly name: string
  readonly description: string
  readonly uri: string
  readonly component: string
  /** What identifies it beside `uri` and `component`: the spellings of earlier releases. */
  readonly oldUri?: string
  readonly oldComponent?: string
  /** Name of its file without the extension; undefined for the main file. */
  readonly file?: string
}

const channels = [
  { id: 'enterprise', title: 'Enterprise', domain: 'https://enterprise.proxmox.com/debian' },
  { id: 'no-subscription', title: 'No-Subscription', domain: 'http://download.proxmox.com/debian' },
  { id: 'test', title: 'Test', domain: 'http://download.proxmox.com/debian' },
]

const uses: Readonly<Record<string, string>> = {
  enterprise: 'for production, with a subscription',
  'no-subscription': 'for tests and at home, without a subscription',
  test: 'for developers, before they are released',
}

const ceph: readonly { readonly id: string; readonly title: string }[] = [
  { id: 'ceph-squid', title: 'Ceph Squid' },
  { id: 'ceph-tentacle', title: 'Ceph Tentacle' },
]

/** Where keys of the product lie. */
const keyring = '/usr/share/keyrings/proxmox-archive-keyring.gpg'

/** What is offered for a suite, in the order in which it is shown. proxmox-apt standard.rs: STANDARD_REPOS */
export function standardRepositories(suite: string): readonly StandardRepository[] {
  const own = channels.map(({ id, title, domain }) => ({
    handle: id,
    name: title,
    description: `Packages of Proxmox VE ${uses[id]}.`,
    uri: `${domain}/pve`,
    oldUri: domain,
    component: `pve-${id}`,
    ...(id === 'test' && { oldComponent: 'pvetest' }),
    ...(id === 'enterprise' && { file: 'pve-enterprise' }),
  }))
  const others = suite === 'trixie' ? ceph : []
  return [
    ...own,
    ...others.flatMap((release) =>
      channels.map(({ id, title, domain }) => ({
        handle: `${release.id}-${id}`,
        name: `${release.title} ${title}`,
        description: `Packages of ${release.title} ${uses[id]}.`,
        uri: `${domain}/${release.id}`,
        component: id,
        file: 'ceph',
      })),
    ),
  ]
}

/** Whether a repository is the one offered. proxmox-apt standard.rs: is_referenced_by */
export function isStandard(
  repository: Repository,
  standard: StandardRepository,
  suite: string,
): boolean {
  const { uri, oldUri, component, oldComponent } = standard
  return (
    repository.types.includes('deb') &&
    repository.suites.includes(suite) &&
    repository.components.some((one) => one === component || one === oldComponent) &&
    repository.uris.some((one) => [uri, oldUri].includes(one.replace(/\/+$/, '')))
  )
}

/** The offered repository as an entry of a file, and that file. proxmox-apt standard.rs: to_repository, file_path */
export function newRepository(
  { uri, component, file }: StandardRepository,
  suite: string,
): { readonly path: string; readonly repository: Repository } {
  const usesStanzas = suite !== 'bullseye' && suite !== 'bookworm'
  const repository: Repository = {
    fileType: usesStanzas ? 'sources' : 'list',
    types: ['deb'],
    uris: [uri],
    suites: [suite],
    components: [component],
    options: [{ key: 'Signed-By', values: [keyring] }],
    comment: '',
    enabled: true,
  }
  const folder = '/etc/apt/sources.list.d'
  if (usesStanzas) return { path: `${folder}/${file ?? 'proxmox'}.sources`, repository }
  return { path: file ? `${folder}/${file}.list` : '/etc/apt/sources.list', repository }
}
