import { withEnabled, type Repository } from './repository.js'

/**
 * Reads a file of stanzas as `man sources.list` describes them. Throws an `Error` with the product's text.
 *
 * proxmox-apt sources_parser.rs
 */
export function parseStanzas(text: string): Repository[] {
  const repositories: Repository[] = []
  let comment = ''
  for (const block of text.split(/^[ \t\r]*$/m)) {
    const stanza = new Map<string, readonly string[]>()
    const options: { key: string; values: readonly string[] }[] = []
    let enabled: boolean | undefined
    let isEmpty = true
    for (const folded of block.replaceAll(/\n[ \t]/g, ' ').split('\n')) {
      const line = folded.trim()
      if (line === '') continue
      if (line.startsWith('#')) {
        comment += `${line.slice(1)}\n`
        continue
      }
      const [key, value] = keyAndValue(line, repositories.length + 1)
      // Options without a value or with an odd key are ignored by APT too.
      if (value === '' || !/^(?!-)[!-9;-~]+$/.test(key)) continue
      isEmpty = false
      const values = value.split(/\s+/).filter((word) => word !== '')
      const name = key.toLowerCase()
      if (name === 'enabled') enabled = readBoolean(value)
      else if (lists.has(name)) stanza.set(name, values)
      else options.push({ key, values })
    }
    if (isEmpty) continue
    const types = stanza.get('types') ?? []
    const badType = types.find((type) => type !== 'deb' && type !== 'deb-src')
    if (badType !== undefined) {
      throw malformed(repositories.length + 1, `invalid package type '${badType}'`)
    }
    const repository: Repository = {
      fileType: 'sources',
      types,
      uris: stanza.get('uris') ?? [],
      suites: stanza.get('suites') ?? [],
      components: stanza.get('components') ?? [],
      options,
      comment,
      enabled: true,
    }
    repositories.push(enabled === undefined ? repository : withEnabled(repository, enabled))
    comment = ''
  }
  return repositories
}

const lists: ReadonlySet<string> = new Set(['types', 'uris', 'suites', 'components'])

function keyAndValue(line: string, stanza: number): readonly [key: string, value: string] {
  const colon = line.indexOf(':')
  if (colon === -1) throw malformed(stanza, `got invalid line - '${JSON.stringify(line)}'`)
  const key = line.slice(0, colon).trim()
  if (key === '') throw malformed(stanza, `option has no key: '${line}'`)
  return [key, line.slice(colon + 1)]
}

/** Yes, unless it says no in one of the words of APT. */
function readBoolean(value: string): boolean {
  return !['0', 'no', 'false', 'without', 'off', 'disable'].includes(value.trim().toLowerCase())
}

function malformed(stanza: number, reason: string): Error {
  return new Error(`malformed entry in stanza ${stanza} - ${reason}`)
}
