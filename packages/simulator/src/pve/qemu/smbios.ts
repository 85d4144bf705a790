import { randomUUID } from 'node:crypto'

/** Settings of the firmware tables with a new identity, their keys sorted. QemuServer.pm: print_smbios1 */
export function withNewUuid(settings = ''): string {
  const others = settings.split(',').filter((part) => part !== '' && !part.startsWith('uuid='))
  return [...others, `uuid=${randomUUID()}`].toSorted().join(',')
}
