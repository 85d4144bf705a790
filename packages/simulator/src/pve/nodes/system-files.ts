import { checkFormat } from '@proxkit/schema'
import { sha1 } from '../../engine/config-tree.js'
import { isIP } from 'node:net'
import { invalidParameters } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { requireDigest } from '../require-digest.js'
import { stored, text } from '../stored/stored-handler.js'

const hostsFile = '/etc/hosts'

// pve-manager API2/Nodes.pm: get_etc_hosts
const readHosts = stored('GET', '/nodes/{node}/hosts', ({ cluster, node }) => {
  const data = cluster.node(node).files[hostsFile] ?? ''
  return { data, digest: sha1(data) }
})

// pve-manager API2/Nodes.pm: write_etc_hosts
const writeHosts = stored('POST', '/nodes/{node}/hosts', ({ params, cluster, node }) => {
  const { files } = cluster.node(node)
  requireDigest(sha1(files[hostsFile] ?? ''), text(params, 'digest'))
  const data = text(params, 'data')
  try {
    requireHosts(data)
  } catch (error) {
    // The original has emptied the file by the time it looks at what to write.
    cluster.state.writeNodeFile(node, hostsFile, '')
    throw error
  }
  cluster.state.writeNodeFile(node, hostsFile, data)
})

/** Lines that neither name servers nor the domain to search stay. pve-common INotify.pm: update_etc_resolv_conf */
const writeDns = stored('PUT', '/nodes/{node}/dns', ({ params, cluster, node }) => {
  const { files } = cluster.node(node)
  const path = '/etc/resolv.conf'
  const kept = (files[path] ?? '')
    .split('\n')
    .filter((line) => line !== '' && !/^\s*(?:search|domain|nameserver)\s/.test(line))
  const search = text(params, 'search')
  const servers = ['dns1', 'dns2', 'dns3']
    .map((name) => text(params, name))
    .filter((server) => server !== '')
  const lines = [
    ...(search === '' ? [] : [`search ${search}`]),
    ...servers.map((server) => `nameserver ${server}`),
    ...kept,
  ]
  cluster.state.writeNodeFile(node, path, lines.map((line) => `${line}\n`).join(''))
})

// pve-manager API2/Nodes.pm: set_timezone
const writeTime = stored('PUT', '/nodes/{node}/time', ({ params, cluster, node }) => {
  cluster.state.writeNodeFile(node, '/etc/timezone', `${text(params, 'timezone')}\n`)
})

/** Files of a node outside `/etc/pve` that calls read and write. */
export const systemFileHandlers: readonly Handler[] = [readHosts, writeHosts, writeDns, writeTime]

/** pve-common INotify.pm: write_etc_hosts */
function requireHosts(data: string): void {
  for (const line of data.split('\n')) {
    if (/^\s*(?:#|$)/.test(line)) continue
    const [address = '', ...names] = line.split(/\s+/)
    if (!isIP(address)) throw invalidParameters({ data: `Invalid IP '${address}'` })
    const unfit = names.find((name) => name !== '' && checkFormat('dns-name', name) !== undefined)
    if (unfit !== undefined) throw invalidParameters({ data: `Invalid Hostname '${unfit}'` })
  }
}
