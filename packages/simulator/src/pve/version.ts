import { handle, type Handler } from '../engine/handle.js'
import type { Cluster } from './cluster.js'
import { readDatacenterConfig } from './cluster/datacenter-config.js'

export interface Release {
  readonly version: string
  readonly release: string
  readonly repoid: string
}

/** What the nodes of a cluster run. */
export function releaseOf({ definition }: Cluster): Release {
  const { version } = definition.id
  const known = releases[version]
  return known
    ? { release: version, ...known }
    : { release: version, version: `${version}.0`, repoid: '0'.repeat(16) }
}

/** Whether the nodes of a cluster run this version, such as `8.4`, or a later one. */
export function isSince({ definition }: Cluster, version: string): boolean {
  const [ownMajor = 0, ownMinor = 0] = definition.id.version.split('.').map(Number)
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return ownMajor > major || (ownMajor === major && ownMinor >= minor)
}

/** The figures of one installation of each version. */
const releases: Readonly<Record<string, Omit<Release, 'release'>>> = {
  '7.4': { version: '7.4-20', repoid: '5e0bb1a2' },
  '8.4': { version: '8.4.14', repoid: 'b502d23c55afcba1' },
  '9.1': { version: '9.1.9', repoid: 'ee7bad0a3d1546c9' },
  '9.2': { version: '9.2.11', repoid: '14a22df3e1b2c3d4' },
}

// pve-manager API2.pm: version
export const version: Handler = handle('GET', '/version', ({ cluster }) => {
  const { console } = readDatacenterConfig(cluster.config)
  return { ...releaseOf(cluster), ...(console !== undefined && { console }) }
})
