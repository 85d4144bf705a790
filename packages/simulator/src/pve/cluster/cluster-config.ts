import { randomBytes } from 'node:crypto'
import { Fault, failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import type { CallContext } from '../context.js'
import { nodeFingerprint } from '../nodes/node-fingerprint.js'
import {
  formatCorosync,
  newCorosync,
  parseCorosync,
  sectionOf,
  valueOf,
  type CorosyncSection,
} from './corosync.js'
import { linksOf, requireLinks, type Link } from './corosync-links.js'
import { verifyCorosync } from './verify-corosync.js'

const path = 'corosync.conf'
const authKeyPath = '/etc/corosync/authkey'
const root = '/cluster/config'

/** The version of the way in which nodes join, which is also the oldest that it takes but one. */
const joinVersion = 1

// pve-cluster API2/ClusterConfig.pm: join_api_version
const apiVersion = handle('GET', `${root}/apiversion`, () => String(joinVersion))

// pve-cluster API2/ClusterConfig.pm: totem
const totem = handle('GET', `${root}/totem`, ({ cluster }) => read(cluster)?.totem ?? null)

// pve-cluster API2/ClusterConfig.pm: status. Nobody set up a device that votes too.
const quorumDevice = handle('GET', `${root}/qdevice`, () => ({}))

// pve-cluster API2/ClusterConfig.pm: nodes
const nodes = handle('GET', `${root}/nodes`, ({ cluster }) =>
  Object.entries(nodesOf(read(cluster))).map(([node, values]) => ({ ...Object(values), node })),
)

// pve-cluster API2/ClusterConfig.pm: join_info
const joinInfo = handle('GET', `${root}/join`, ({ params, cluster, node: local }) => {
  const conf = read(cluster)
  if (!conf) {
    throw new Fault(424, 'node is not in a cluster, no join info available!', { bare: true })
  }
  const preferred = params.node ?? local
  const members = nodesOf(conf)
  if (!members[preferred]) throw failed(`unknown node '${preferred}'`)
  return {
    nodelist: Object.entries(members).map(([name, values]) => ({
      ...Object(values),
      pve_fp: nodeFingerprint(cluster, name),
      pve_addr: cluster.host(name).ip,
    })),
    preferred_node: preferred,
    totem: conf.totem ?? {},
    config_digest: cluster.config.digest(path),
  }
})

// pve-cluster API2/ClusterConfig.pm: create
const create = handle('POST', root, ({ params, cluster, node, startTask }) => {
  const { clustername, nodeid = '1', votes = '1', ...rest } = params
  if (cluster.config.has(path)) throw failed(`cluster config '/etc/pve/${path}' already exists`)
  return startTask('clustercreate', clustername, (task) => {
    task.log('Corosync Cluster Engine Authentication key generator.')
    task.log(`Writing corosync key to ${authKeyPath}.`)
    requireAuthKey(cluster, node)
    task.log(`Writing corosync config to /etc/pve/${path}`)
    const given = linksOf(params)
    const links = given.size > 0 ? given : new Map([['0', { address: cluster.node(node).ip }]])
    const conf = newCorosync({
      name: clustername,
      version: 1,
      nodes: { [node]: member(node, { nodeid, votes, links }) },
      interfaces: Object.fromEntries([...links].map(([link, one]) => [link, linkOf(link, one)])),
      tokenCoefficient: rest['token-coefficient'] ?? '125',
    })
    cluster.config.write(path, formatCorosync(conf))
    task.log('Restart corosync and cluster filesystem')
  })
})

// pve-cluster API2/ClusterConfig.pm: addnode
const addNode = handle('POST', `${root}/nodes/{node}`, (context) => {
  const { params, cluster, node: local } = context
  const version = Number(params.apiversion ?? 0)
  if (version < joinVersion - 1) {
    throw failed(
      `error: unsupported old API version on joining node (${version}), cluster node has ${joinVersion} and supports ` +
        `>= ${joinVersion - 1}. Please upgrade node before joining`,
    )
  }
  const conf = read(cluster)
  const { errors, warnings } = verifyCorosync(conf)
  if (!conf || errors.length > 0) {
    throw new Fault(500, 'invalid corosync.conf', {
      errors: Object.fromEntries([...numbered('warning', warnings), ...numbered('error', errors)]),
    })
  }
  const members = nodesOf(conf)
  const known = sectionOf(members, params.node)
  const isKnown = members[params.node] !== undefined
  const links = requireLinks(params, members)
  const votes = params.votes ?? valueOf(known, 'quorum_votes') ?? '1'
  const nodeid = params.nodeid ?? valueOf(known, 'nodeid') ?? freeId(members)
  const isSame = valueOf(known, 'quorum_votes') === votes && valueOf(known, 'nodeid') === nodeid
  if (isKnown && !(isSame && params.force === '1')) {
    throw failed(`can't add existing node '${params.node}'`)
  }
  write(cluster, conf, { ...members, [params.node]: member(params.node, { nodeid, votes, links }) })
  return {
    corosync_authkey: requireAuthKey(cluster, local),
    corosync_conf: cluster.config.read(path),
    warnings,
  }
})

// pve-cluster API2/ClusterConfig.pm: delnode
const removeNode = handle('DELETE', `${root}/nodes/{node}`, ({ params, cluster, node: local }) => {
  if (params.node === local) throw failed('Cannot delete myself from cluster!')
  const conf = read(cluster)
  const members = nodesOf(conf)
  const found = Object.keys(members).find((name) => {
    const values = sectionOf(members, name)
    return [name, valueOf(values, 'ring0_addr'), valueOf(values, 'ring1_addr')].includes(
      params.node,
    )
  })
  if (!conf || found === undefined) {
    throw failed(`Node/IP: ${params.node} is not a known host of the cluster.`)
  }
  const { [found]: _, ...others } = members
  write(cluster, conf, others)
})

export const clusterConfigHandlers: readonly Handler[] = [
  apiVersion,
  totem,
  quorumDevice,
  nodes,
  joinInfo,
  create,
  addNode,
  removeNode,
]

function read({ config }: Cluster): CorosyncSection | undefined {
  return config.has(path) ? config.parse(path, parseCorosync) : undefined
}

function nodesOf(conf: CorosyncSection | undefined): CorosyncSection {
  return conf ? sectionOf(sectionOf(conf, 'nodelist'), 'node') : {}
}

function write(cluster: Cluster, conf: CorosyncSection, members: CorosyncSection): void {
  const values = sectionOf(conf, 'totem')
  const version = Number(valueOf(values, 'config_version') ?? 0) + 1
  const changed = {
    ...conf,
    totem: { ...values, config_version: String(version) },
    nodelist: { ...sectionOf(conf, 'nodelist'), node: members },
  }
  cluster.config.write(path, formatCorosync(changed))
}

function member(
  name: string,
  {
    nodeid,
    votes,
    links,
  }: {
    readonly nodeid: string
    readonly votes: string
    readonly links: ReadonlyMap<string, Link>
  },
): CorosyncSection {
  return {
    name,
    nodeid,
    ...(votes !== '0' && { quorum_votes: votes }),
    ...Object.fromEntries([...links].map(([link, { address }]) => [`ring${link}_addr`, address])),
  }
}

function linkOf(linknumber: string, { priority }: Link): CorosyncSection {
  const isFirst = priority === undefined || priority === '0'
  return { linknumber, ...(!isFirst && { knet_link_priority: priority }) }
}

function freeId(members: CorosyncSection): string {
  const taken = new Set(
    Object.keys(members).map((name) => valueOf(sectionOf(members, name), 'nodeid')),
  )
  let id = 1
  while (taken.has(String(id))) id += 1
  return String(id)
}

function numbered(kind: string, texts: readonly string[]): [string, string][] {
  return texts.map((text, index) => [`${kind}${index}`, text])
}

/** The key that members of the cluster share: bytes as characters. */
function requireAuthKey(cluster: CallContext<unknown>['cluster'], node: string): string {
  const known = cluster.node(node).files[authKeyPath]
  if (known !== undefined) return known
  const key = randomBytes(256).toString('latin1')
  cluster.state.writeNodeFile(node, authKeyPath, key)
  return key
}
