import { sortedEntries } from '../../engine/sorted-entries.js'

/** A section of `corosync.conf`: values, sections, and sections of which there are many by what tells them apart. */
export interface CorosyncSection {
  readonly [name: string]: string | CorosyncSection
}

/** What names one of many sections of a kind: the first of these that it has. */
const keys: Readonly<Record<string, readonly string[]>> = {
  node: ['name', 'ring0_addr'],
  interface: ['linknumber', 'ringnumber'],
}

/** Reads `corosync.conf` as far as its text makes sense. pve-cluster Corosync.pm: parse_conf */
export function parseCorosync(text: string): CorosyncSection {
  const tokens = text
    .replaceAll(/#.*$/gm, '')
    .split(/\s+/)
    .filter((token) => token !== '')
    .values()
  return readSection(tokens)
}

function readSection(tokens: Iterator<string>): CorosyncSection {
  // No prototype: a section may have any name.
  const section: Record<string, string | CorosyncSection> = Object.create(null)
  for (
    let { value: token } = tokens.next();
    token !== undefined;
    { value: token } = tokens.next()
  ) {
    if (token === '}') break
    const next = tokens.next()
    if (next.done) break
    if (next.value !== '{') {
      section[token.replace(/:$/, '')] = next.value
      continue
    }
    const inner = readSection(tokens)
    const names = keys[token]
    if (!names) section[token] = inner
    else section[token] = { ...sectionOf(section, token), [keyOf(inner, names)]: inner }
  }
  return section
}

function keyOf(section: CorosyncSection, names: readonly string[]): string {
  return names.map((name) => valueOf(section, name)).find((value) => value !== undefined) ?? ''
}

/** A section within another, empty where there is none. */
export function sectionOf(section: CorosyncSection, name: string): CorosyncSection {
  const value = section[name]
  return typeof value === 'object' ? value : {}
}

export function valueOf(section: CorosyncSection, name: string): string | undefined {
  const value = section[name]
  return typeof value === 'string' ? value : undefined
}

/** pve-cluster Corosync.pm: write_conf */
export function formatCorosync(main: CorosyncSection): string {
  return sortedEntries(Object.entries(main))
    .map(
      ([name, value]) => `${formatEntry(name, value, '')}${typeof value === 'string' ? '' : '\n'}`,
    )
    .join('')
}

function formatEntry(name: string, value: string | CorosyncSection, indent: string): string {
  if (typeof value === 'string') return `${indent}${name}: ${value}\n`
  if (keys[name])
    return Object.values(sorted(value))
      .map((one) => formatBlock(name, one, indent))
      .join('')
  return formatBlock(name, value, indent)
}

function formatBlock(name: string, value: string | CorosyncSection, indent: string): string {
  const members = typeof value === 'string' ? {} : sorted(value)
  const lines = Object.entries(members).map(([key, member]) =>
    formatEntry(key, member, `${indent}  `),
  )
  return `${indent}${name} {\n${lines.join('')}${indent}}\n`
}

function sorted(section: CorosyncSection): CorosyncSection {
  return Object.fromEntries(sortedEntries(Object.entries(section)))
}

/** The configuration of a new cluster. pve-cluster Corosync.pm: create_conf */
export function newCorosync({
  name,
  version,
  nodes,
  interfaces,
  tokenCoefficient,
}: {
  readonly name: string
  /** How often it was changed. */
  readonly version: number
  readonly nodes: CorosyncSection
  readonly interfaces: CorosyncSection
  readonly tokenCoefficient?: string
}): CorosyncSection {
  return {
    logging: { debug: 'off', to_syslog: 'yes' },
    nodelist: { node: nodes },
    quorum: { provider: 'corosync_votequorum' },
    totem: {
      cluster_name: name,
      config_version: String(version),
      interface: interfaces,
      ip_version: 'ipv4-6',
      link_mode: 'passive',
      secauth: 'on',
      ...(tokenCoefficient !== undefined && { token_coefficient: tokenCoefficient }),
      version: '2',
    },
  }
}
