import { handle, type Handler } from '../engine/handle.js'
import { readDatacenterConfig } from './cluster/datacenter-config.js'

/** The figures of a 9.2 installation. */
export const release = { version: '9.2.11', release: '9.2', repoid: '14a22df3e1b2c3d4' } as const

// pve-manager API2.pm: version
export const version: Handler = handle('GET', '/version', ({ cluster }) => {
  const { console } = readDatacenterConfig(cluster.config)
  return { ...release, ...(console !== undefined && { console }) }
})
