import { checkSection, formatSections, type Section } from '../pve/section-config.js'
import { realmFormat } from '../pve/access/realms.js'
import { join } from './check.js'
import { SeedError } from './seed-error.js'
import type { SeedRealm } from './seed.js'

/** The files of realms: `domains.cfg`, and the passwords with which directories are searched. */
export function realmFiles(realms: Readonly<Record<string, SeedRealm>>): Record<string, string> {
  const entries = Object.entries(realms)
  const passwords = entries.flatMap(([id, { password }]): [string, string][] =>
    password === undefined ? [] : [[`priv/realm/${id}.pw`, String(password)]],
  )
  const sections = new Map(entries.map(([id, realm]) => [id, sectionOf(id, realm)]))
  return {
    'domains.cfg': formatSections({ sections, broken: [] }, realmFormat),
    ...Object.fromEntries(passwords),
  }
}

function sectionOf(id: string, { type, password: _password, ...given }: SeedRealm): Section {
  const options = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, String(value)]),
  )
  try {
    return checkSection({ id, type, options }, realmFormat)
  } catch (error) {
    throw new SeedError(join('realms', id), error instanceof Error ? error.message : String(error))
  }
}
