import {
  checkFormat,
  formatPropertyString,
  loadDefinition,
  parsePropertyString,
  type Schema,
} from '@proxkit/schema'
import type { ConfigTree } from '../../engine/config-tree.js'
import { failed } from '../../engine/fault.js'
import { propertyStrings } from '../backup/backup-options.js'
import { decodeText } from '../encoded-text.js'
import {
  formatSections,
  parseSections,
  type Section,
  type SectionConfig,
  type SectionFormat,
  type SectionOptions,
} from '../section-config.js'

/** The file below `/etc/pve`. */
export const jobsFile = 'jobs.cfg'

const optional = { optional: true }

/** What a backup job may say beside its schedule. */
const backupParameters = parametersOf('POST', '/cluster/backup', ['id', 'starttime', 'dow'])

/** pve-guest-common VZDump/JobBase.pm: options */
const backupOptions: SectionOptions = {
  ...Object.fromEntries(Object.keys(backupParameters).map((name) => [name, optional])),
  schedule: {},
}

/** pve-access-control Jobs/RealmSync.pm: options */
const syncOptions: SectionOptions = {
  realm: { fixed: true },
  schedule: {},
  scope: {},
  enabled: optional,
  comment: optional,
  'enable-new': optional,
  'remove-vanished': optional,
}

/** pve-common Job/Registry.pm */
export const jobFormat: SectionFormat = {
  types: { vzdump: backupOptions, 'realm-sync': syncOptions },
  kinds: {
    ...Object.fromEntries(
      Object.entries(backupParameters).flatMap(([name, { type }]) =>
        type === 'boolean' || type === 'integer' || type === 'array' ? [[name, type]] : [],
      ),
    ),
    'enable-new': 'boolean',
  },
  check(value, { key }) {
    const mistake = key === 'schedule' ? checkFormat('pve-calendar-event', value) : undefined
    if (mistake !== undefined) throw failed(mistake)
  },
  decode(value, { type, key }) {
    const format = type === 'vzdump' ? propertyStringOf(key) : undefined
    return format === undefined
      ? value
      : formatPropertyString(format, parsePropertyString(format, value))
  },
}

/** The jobs of the cluster; those that do not say it are enabled. */
export function readJobs(config: ConfigTree): SectionConfig {
  return config.parse(jobsFile, parseJobs)
}

/** Throws `unknown section type ''` when a section of the file could not be read. */
export function writeJobs(config: ConfigTree, jobs: SectionConfig): void {
  config.write(jobsFile, formatSections(jobs, jobFormat))
}

/** What the API shows of a job. Job/Registry.pm: parse_config; JobBase.pm: decode_value */
export function jobData({ type, options, lists }: Section): Record<string, unknown> {
  const data: Record<string, unknown> = { type }
  for (const [name, value] of Object.entries(options)) {
    const format = type === 'vzdump' ? propertyStringOf(name) : undefined
    if (format !== undefined) data[name] = propertiesOf(format, value)
    else if (name === 'comment') data[name] = decodeText(value)
    else data[name] = jobFormat.kinds?.[name] ? Number(value) : value
  }
  for (const [name, values] of Object.entries(lists ?? {})) data[name] = [...values]
  return data
}

/** Whether backups have such an option. pve-manager VZDump.pm: option_exists */
export function isBackupOption(name: string): boolean {
  return (
    Object.hasOwn(backupParameters, name) &&
    !['schedule', 'enabled', 'comment', 'repeat-missed'].includes(name)
  )
}

function parseJobs(text: string): SectionConfig {
  const { sections, broken } = parseSections(text, jobFormat)
  const enabled = Array.from(sections, ([id, section]): [string, Section] => [
    id,
    { ...section, options: { ...section.options, enabled: section.options.enabled ?? '1' } },
  ])
  return { sections: new Map(enabled), broken }
}

/** Flags are numbers there, everything else is text. */
function propertiesOf(format: string, text: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parsePropertyString(format, text)).map(([name, value]) => [
      name,
      name === 'enabled' || name === 'keep-all' ? Number(value) : value,
    ]),
  )
}

function propertyStringOf(name: string): string | undefined {
  return Object.hasOwn(propertyStrings, name) ? propertyStrings[name] : undefined
}

function parametersOf(
  verb: 'POST',
  path: string,
  without: readonly string[],
): Readonly<Record<string, Schema>> {
  const definition = loadDefinition({ product: 'pve', version: '9.2' })
  const properties = definition.method(verb, path)?.parameters.properties ?? {}
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !without.includes(name)))
}
