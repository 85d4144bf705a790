import type { ConfigTree } from '../../engine/config-tree.js'

/** Takes a guest that is gone out of backup and replication jobs and out of high availability, rules included. */
export function forgetGuest(config: ConfigTree, vmid: number): void {
  rewrite(config, 'jobs.cfg', (section) => {
    const rest = withoutGuest(section, vmid)
    return rest?.[0]?.startsWith('vzdump:') ? inOrder(rest) : rest
  })
  rewrite(config, 'replication.cfg', (section) =>
    section.some((line) => line.trim() === `guest ${vmid}`) || isJobOf(section[0], vmid)
      ? undefined
      : section,
  )
  // Both are written whether or not anything changes.
  if (config.read('replication.cfg') === undefined) config.write('replication.cfg', '')
  if (config.read('vzdump.cron') === undefined) config.write('vzdump.cron', emptySchedule)
}

/** pve-manager VZDump.pm: write_vzdump_cron_config */
const emptySchedule =
  '# cluster wide vzdump cron schedule\n' +
  '# Automatically generated file - do not edit\n\n' +
  'PATH="/usr/sbin:/usr/bin:/sbin:/bin"\n\n'

/** Ids of the replication jobs of a guest. ReplicationConfig.pm: check_for_existing_jobs */
export function replicationJobs(config: ConfigTree, vmid: number): string[] {
  return sectionsOf(config.read('replication.cfg') ?? '').flatMap(([header = '']) =>
    isJobOf(header, vmid) ? [header.slice(header.indexOf(':') + 1).trim()] : [],
  )
}

/** Takes a guest out of the resources and rules of high availability. HA/Config.pm: delete_service_from_config */
export function forgetHaResource(config: ConfigTree, vmid: number): void {
  const id = new RegExp(`^(?:vm|ct):\\s*${vmid}\\s*$`)
  rewrite(config, 'ha/resources.cfg', (section) =>
    id.test(section[0] ?? '') ? undefined : section,
  )
  rewrite(config, 'ha/rules.cfg', (section) =>
    withoutItem(section, { option: 'resources', item: new RegExp(`^(?:vm|ct):${vmid}$`) }),
  )
}

type Lines = readonly string[]

function withoutGuest(section: Lines, vmid: number): Lines | undefined {
  if (!section[0]?.startsWith('vzdump:')) return section
  const item = new RegExp(`^${vmid}$`)
  if (section.some((line) => line.startsWith('\tvmid '))) {
    return withoutItem(section, { option: 'vmid', item })
  }
  const rest = withoutItem(section, { option: 'exclude', item })
  return rest ?? section.filter((line) => !line.startsWith('\texclude '))
}

/** Jobs are written anew with the one option in front that none lacks, and the others sorted. */
function inOrder([header = '', ...options]: Lines): Lines {
  const sorted = options.toSorted()
  return [header, ...sorted.filter(isSchedule), ...sorted.filter((line) => !isSchedule(line))]
}

function isSchedule(line: string): boolean {
  return line.startsWith('\tschedule ')
}

/** A section without an item of a list; undefined when the list is empty then. */
function withoutItem(
  section: Lines,
  { option, item }: { option: string; item: RegExp },
): Lines | undefined {
  const prefix = `\t${option} `
  const index = section.findIndex((line) => line.startsWith(prefix))
  if (index < 0) return section
  const items = section[index]?.slice(prefix.length).split(',') ?? []
  const kept = items.filter((text) => !item.test(text.trim()))
  if (kept.length === items.length) return section
  return kept.length === 0 ? undefined : section.with(index, `${prefix}${kept.join(',')}`)
}

function isJobOf(header: string | undefined, vmid: number): boolean {
  return new RegExp(`^\\w+:\\s*${vmid}-\\d+\\s*$`).test(header ?? '')
}

function rewrite(
  config: ConfigTree,
  path: string,
  change: (section: Lines) => Lines | undefined,
): void {
  const text = config.read(path)
  if (!text) return
  const sections = sectionsOf(text).flatMap((section) => {
    const changed = change(section)
    return changed ? [`${changed.join('\n')}\n`] : []
  })
  const printed = sections.length === 0 ? '' : `${sections.join('\n')}\n`
  if (
    sections.join('') !==
    sectionsOf(text)
      .map((section) => `${section.join('\n')}\n`)
      .join('')
  ) {
    config.write(path, printed)
  }
}

function sectionsOf(text: string): Lines[] {
  return text
    .split(/\n(?=\S)/)
    .map((section) => section.split('\n').filter((line) => line.trim() !== ''))
    .filter((section) => section.length > 0)
}
