import { productNames, type DefinitionId } from '@proxkit/schema'
import type { ClusterSnapshot, Listener } from '@proxkit/simulator'
import { isIPv6 } from 'node:net'
import { readyToken } from './ready-token.js'

export interface Welcome {
  readonly version: string
  /** What is simulated. */
  readonly api: DefinitionId
  readonly listener: Listener
  readonly snapshot: ClusterSnapshot
  /** Password of root@pam; undefined where it is what it was in an earlier run. */
  readonly password: string | undefined
  /** The file that keeps the cluster; undefined where it is forgotten at the end. */
  readonly state: string | undefined
  /** What opens the control; undefined where there is none. */
  readonly controlKey: string | undefined
  /** Where a browser sees the cluster, or why it does not; undefined where nobody asked for it. */
  readonly startPage: string | undefined
  /** Where the API is described and tried out. */
  readonly docs: string | undefined
}

/** What a person needs to begin: where the cluster is, how to log in, and commands that work as they stand. */
export function welcome(given: Welcome): string {
  const { version, api, listener, snapshot, password, state, controlKey, startPage, docs } = given
  const token = api.product === 'pve' ? readyToken(snapshot.config) : undefined
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['URL', listener.url],
    ['Certificate', listener.fingerprint && `SHA-256 ${listener.fingerprint}`],
    ['User', 'root@pam'],
    ['Password', password ?? 'as it was'],
    ['API token', token],
    ['Control key', controlKey],
    ['Start page', startPage],
    ['Docs', docs],
    ['Kept in', state],
  ]
  const lines = facts.flatMap(([name, value]) =>
    value === undefined ? [] : [`  ${name.padEnd(13)}${value}`],
  )
  const base = `${reachableUrl(listener)}/api2/json`
  const commands = token
    ? commandsWithToken(base, { token, snapshot })
    : commandsWithPassword(base, { password: password ?? 'PASSWORD', api })
  return `Proxkit ${version} simulates ${productNames[api.product]} ${api.version}: ${contents(snapshot)}

${lines.join('\n')}

Try:
${commands.map((command) => `  ${command}`).join('\n')}

Press Ctrl+C to stop.
`
}

function contents({ nodes, config }: ClusterSnapshot): string {
  const names = Object.keys(nodes)
  const guests = Object.keys(config).filter((path) => guestFile.test(path)).length
  const machines = names.length === 1 ? 'node' : `${names.length} nodes`
  const runs = guests === 1 ? '1 guest' : `${guests} guests`
  return `${machines} ${names.join(', ')}${isCluster(config) ? `, ${runs}` : ''}`
}

/** Servers of other products have no guests, and no file of storages. */
function isCluster(config: ClusterSnapshot['config']): boolean {
  return config['storage.cfg'] !== undefined
}

const guestFile = /^nodes\/[^/]+\/(?:qemu-server|lxc)\/\d+\.conf$/

/** A listener on all addresses is reached through the loopback one. */
export function reachableUrl({ url, host }: Pick<Listener, 'url' | 'host'>): string {
  if (host === '0.0.0.0') return url.replace(host, '127.0.0.1')
  if (/^[0:]+$/.test(host) && isIPv6(host)) return url.replace(`[${host}]`, '[::1]')
  return url
}

function commandsWithToken(
  base: string,
  { token, snapshot }: { readonly token: string; readonly snapshot: ClusterSnapshot },
): string[] {
  const [node = ''] = Object.keys(snapshot.nodes)
  const call = `${curl(base)} -H ${quote(`Authorization: PVEAPIToken=${token}`)}`
  return [
    `${call} ${base}/nodes`,
    `${call} ${quote(`${base}/cluster/resources?type=vm`)}`,
    `${call} -d vmid=${freeId(snapshot)} -d name=hello -d memory=512 ${base}/nodes/${node}/qemu`,
  ]
}

function commandsWithPassword(
  base: string,
  { password, api }: { readonly password: string; readonly api: DefinitionId },
): string[] {
  const login = `-d username=root@pam --data-urlencode ${quote(`password=${password}`)} ${base}/access/ticket`
  return [
    `${curl(base)} ${login}`,
    `ticket=$(${curl(base)} -s ${login} | sed 's/.*"ticket":"\\([^"]*\\)".*/\\1/')`,
    `${curl(base)} -b "${api.product.toUpperCase()}AuthCookie=$ticket" ${base}/nodes`,
  ]
}

/** The certificate is made at each start, so that nobody can know it. */
function curl(base: string): string {
  return base.startsWith('https:') ? 'curl -k' : 'curl'
}

function freeId({ config }: ClusterSnapshot): number {
  const taken = new Set(
    Object.keys(config).flatMap((path) =>
      guestFile.test(path) ? /\d+(?=\.conf$)/.exec(path) : [],
    ),
  )
  let id = 100
  while (taken.has(String(id))) id += 1
  return id
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
