import type { Section } from '../guest/config-file.js'
import { mapId, type IdMap } from '../guest/id-map.js'
import type { MigrationLog } from '../guest/migration-log.js'

/** Bridges of the other side that the network devices of a guest will be on. QemuMigrate.pm: map_bridges */
export function targetBridges(section: ReadonlyMap<string, string>, map: IdMap): string[] {
  return [...new Set(devicesOf(section).map(({ bridge }) => mapId(map, bridge)))]
}

/** Puts the network devices on the bridges of the other side. */
export function mapBridges(
  section: Section,
  { map, log }: { readonly map: IdMap; readonly log: MigrationLog },
): void {
  for (const { name, value, bridge } of devicesOf(section)) {
    const target = mapId(map, bridge)
    section.set(name, value.replace(bridgeOption, `bridge=${target}`))
    log.info(`mapped: ${name} from ${bridge} to ${target}`)
  }
}

const bridgeOption = /(?<=^|,)bridge=[^,]*/

function devicesOf(
  section: ReadonlyMap<string, string>,
): { readonly name: string; readonly value: string; readonly bridge: string }[] {
  return [...section].flatMap(([name, value]) => {
    const bridge = /^net\d+$/.test(name) ? bridgeOption.exec(value)?.[0].slice(7) : undefined
    return bridge ? [{ name, value, bridge }] : []
  })
}
