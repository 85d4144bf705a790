import { decodeText, encodeText } from '../encoded-text.js'

/** Options of one section by name; the description is there with its line breaks. */
export type Section = Map<string, string>
export type ReadonlySection = ReadonlyMap<string, string>

/** A guest's configuration file: what is in force, what waits, and what the snapshots remember. */
export interface GuestConfig {
  readonly main: Section
  readonly pending: Section
  /** Sections of internal use by name: `cloudinit`, `fleecing`. */
  readonly special: Map<string, Section>
  readonly snapshots: Map<string, Section>
}

/** A configuration that several readers share. */
export interface ReadonlyGuestConfig {
  readonly main: ReadonlySection
  readonly pending: ReadonlySection
  readonly special: ReadonlyMap<string, ReadonlySection>
  readonly snapshots: ReadonlyMap<string, ReadonlySection>
}

/** In what the files of virtual machines and containers differ. */
export interface GuestDialect {
  readonly pendingHeader: 'PENDING' | 'pve:pending'
  readonly specialSections: readonly string[]
  /** Descriptions keep the line end of their last line. */
  readonly keepsLineEnd?: true
  /** The value as the product would hold it in memory; undefined for what it would drop with a warning. */
  readOption(name: string, value: string): string | undefined
  /** Lines that are no options. */
  readonly others?: OtherLines
}

/** Lines of a section that are not of the form of options; the section holds them under names of their own. */
interface OtherLines {
  readonly names: ReadonlySet<string>
  /** Takes a line into the section; false for one that has to be an option. */
  read(line: string, section: Section): boolean
  /** The lines as they come after the options. */
  format(section: ReadonlySection): string
}

/** Reads a guest's configuration file. qemu-server QemuServer.pm: parse_vm_config */
export function parseGuestConfig(text: string, dialect: GuestDialect): GuestConfig {
  const config = emptyConfig()
  let section: Section | undefined = config.main
  let description: string | undefined

  const finishDescription = (): void => {
    if (description !== undefined)
      section?.set('description', dialect.keepsLineEnd ? description : description.trimEnd())
    description = undefined
  }

  for (const line of text.split('\n')) {
    if (/^\s*$/.test(line)) continue
    const header = /^\[([^\]]*)\]\s*$/.exec(line)?.[1]
    const comment = line.startsWith('#') ? line.slice(1) : undefined
    const oldDescription = /^description:\s*(.*\S)\s*$/.exec(line)?.[1]
    if (header !== undefined) {
      finishDescription()
      section = openSection(config, dialect, header)
    } else if (!section) continue
    else if (comment !== undefined) description = `${description ?? ''}${decodeText(comment)}\n`
    else if (dialect.others?.read(line, section)) continue
    else if (oldDescription) description = `${description ?? ''}${decodeText(oldDescription)}`
    else readLine(line, section, { dialect, config })
  }
  finishDescription()
  return config
}

/** Prints a guest's configuration file. qemu-server QemuServer.pm: write_vm_config */
export function formatGuestConfig(config: ReadonlyGuestConfig, dialect: GuestDialect): string {
  const parts = [formatSection(config.main, dialect)]
  if (config.pending.size > 0) {
    const pending = formatSection(config.pending, dialect, { isPending: true })
    parts.push(`[${dialect.pendingHeader}]\n${pending}`)
  }
  for (const [name, section] of sortedByName(config.special)) {
    parts.push(`[special:${name}]\n${formatSection(section, dialect)}`)
  }
  for (const [name, section] of sortedByName(config.snapshots)) {
    parts.push(`[${name}]\n${formatSection(section, dialect)}`)
  }
  return parts.join('\n')
}

export function emptyConfig(): GuestConfig {
  return { main: new Map(), pending: new Map(), special: new Map(), snapshots: new Map() }
}

/** A copy to change. */
export function copyConfig(config: ReadonlyGuestConfig): GuestConfig {
  return {
    main: new Map(config.main),
    pending: new Map(config.pending),
    special: copySections(config.special),
    snapshots: copySections(config.snapshots),
  }
}

function copySections(sections: ReadonlyMap<string, ReadonlySection>): Map<string, Section> {
  return new Map(Array.from(sections, ([name, section]) => [name, new Map(section)]))
}

function openSection(
  config: GuestConfig,
  dialect: GuestDialect,
  header: string,
): Section | undefined {
  if (header.toLowerCase() === dialect.pendingHeader.toLowerCase()) {
    config.pending.clear()
    return config.pending
  }
  const section: Section = new Map()
  const special = dialect.specialSections.find((name) => header.toLowerCase() === `special:${name}`)
  if (special) config.special.set(special, section)
  else if (/^[a-z][a-z0-9_-]+$/i.test(header)) config.snapshots.set(header, section)
  else return undefined
  return section
}

function readLine(
  line: string,
  section: Section,
  { dialect, config }: { dialect: GuestDialect; config: GuestConfig },
): void {
  const state = /snapstate:\s*(prepare|delete)\s*$/.exec(line)?.[1]
  if (state) {
    section.set('snapstate', state)
    return
  }
  const [, name, value] = /^([a-z][a-z_-]*\d*):\s*(.+?)\s*$/.exec(line) ?? []
  if (name === undefined || value === undefined) return
  if (name === 'delete') {
    if (section === config.pending) section.set(name, value)
    return
  }
  // What is noted for internal use is not verified.
  const isSpecial = [...config.special.values()].includes(section)
  const read = isSpecial ? value : dialect.readOption(name, value)
  if (read !== undefined) section.set(name, read)
}

function formatSection(
  section: ReadonlySection,
  dialect: GuestDialect,
  options: { isPending?: boolean } = {},
): string {
  let text = ''
  const description = section.get('description')
  if (description) {
    for (const line of withoutTrailingEmpty(description.split('\n')))
      text += `#${encodeText(line)}\n`
  } else if (description !== undefined && options.isPending && !dialect.keepsLineEnd) text += '#\n'
  for (const [name, value] of sortedByName(section)) {
    if (name === 'description' || dialect.others?.names.has(name)) continue
    text += `${name}: ${value}\n`
  }
  return text + (dialect.others?.format(section) ?? '')
}

/** Perl's `split` leaves no empty fields at the end. */
function withoutTrailingEmpty(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => line !== '')
  return lines.slice(0, last + 1)
}

function sortedByName<T>(entries: Iterable<readonly [string, T]>): (readonly [string, T])[] {
  return [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1))
}
