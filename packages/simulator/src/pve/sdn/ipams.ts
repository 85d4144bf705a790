import { failed } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import type { Section } from '../section-config.js'
import { prefixed } from '../stored/collection.js'
import type { StoredContext } from '../stored/stored-handler.js'
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
    accept: ({ type, options }, context) => {
      if (type === 'pve') return
      prefixed(`Can't connect to ${type} api`, () => requireServer(options.url ?? '', context))
    },
    maySee: (_, id, { rights }) => rights.hasAny(`/sdn/ipams/${id}`, ['SDN.Audit', 'SDN.Allocate']),
  }),
  ...sdnCollection({
    path: '/cluster/sdn/dns',
    id: 'dns',
    file: dns,
    noun: 'dns',
    accept: ({ options }, context) => {
      prefixed('dns api error', () => requireServer(options.url ?? '', context))
    },
    maySee: (_, id, { rights }) => rights.hasAny(`/sdn/dns/${id}`, ['SDN.Audit', 'SDN.Allocate']),
  }),
]

/** Servers elsewhere are taken to answer; nothing of the kind runs on the nodes themselves. */
function requireServer(url: string, { cluster }: StoredContext): void {
  const { hostname, port, protocol } = URL.canParse(url) ? new URL(url) : unknownServer
  const isOwn = cluster.nodeNames().some((node) => cluster.node(node).ip === hostname)
  if (!isOwn && !/^(?:localhost|127\..*|\[::1\])$/.test(hostname)) return
  const place = `${hostname}:${port || (protocol === 'http:' ? '80' : '443')}`
  throw failed(`Invalid response from server: 500 Can't connect to ${place} (Connection refused)`)
}

const unknownServer = { hostname: '', port: '', protocol: '' }
