import { handle, type Handler } from '../../engine/handle.js'
import { splitList } from '../config-text.js'
import { allowedTags } from './allowed-tags.js'
import {
  readDatacenterConfig,
  writeDatacenterConfig,
  type DatacenterValue,
} from './datacenter-config.js'

// pve-manager API2/Cluster.pm: get_options
const read = handle('GET', '/cluster/options', ({ cluster, rights }) => {
  const options = readDatacenterConfig(cluster.config)
  const { console, 'tag-style': tagStyle } = options
  const shown = rights.has('/', 'Sys.Audit')
    ? options
    : { ...(console !== undefined && { console }), ...(tagStyle && { 'tag-style': tagStyle }) }
  return { ...shown, 'allowed-tags': [...allowedTags(cluster, rights)].toSorted() }
})

// pve-manager API2/Cluster.pm: set_options
const update = handle('PUT', '/cluster/options', ({ params, cluster }) => {
  const { delete: removed = '', ...set } = params
  const options: Record<string, DatacenterValue> = {
    ...readDatacenterConfig(cluster.config),
    ...set,
  }
  for (const name of splitList(removed)) delete options[name]
  writeDatacenterConfig(cluster.config, options)
})

export const optionHandlers: readonly Handler[] = [read, update]
