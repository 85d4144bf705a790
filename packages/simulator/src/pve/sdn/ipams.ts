import type { Handler } from '../../engine/handle.js'
import type { Section } from '../section-config.js'
import { sdnCollection } from './sdn-collection.js'
import { dns, ipams } from './sdn-files.js'

/** Every cluster has it, written down or not. */
export const builtInIpam: Section = { id: 'pve', type: 'pve', options: {} }

// pve-network API2/Network/SDN/Ipams.pm, Dns.pm
export const ipamHandlers: readonly Handler[] = [
  ...sdnCollection({
    path: '/cluster/sdn/ipams',
    id: 'ipam',
    file: ipams,
    noun: 'ipam',
    deletedNoun: 'zone',
    builtIn: [builtInIpam],
    maySee: (_, id, { rights }) => rights.hasAny(`/sdn/ipams/${id}`, ['SDN.Audit', 'SDN.Allocate']),
  }),
  ...sdnCollection({
    path: '/cluster/sdn/dns',
    id: 'dns',
    file: dns,
    noun: 'dns',
    maySee: (_, id, { rights }) => rights.hasAny(`/sdn/dns/${id}`, ['SDN.Audit', 'SDN.Allocate']),
  }),
]
