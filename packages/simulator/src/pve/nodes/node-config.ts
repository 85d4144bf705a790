import type { ConfigTree } from '../../engine/config-tree.js'
import { failed } from '../../engine/fault.js'
import type { Handler } from '../../engine/handle.js'
import { isTrue, splitList } from '../config-text.js'
import { decodeText, encodeText } from '../encoded-text.js'
import { readProperties } from '../guest/property-string.js'
import { requireDigest } from '../require-digest.js'
import { stored, text, type StoredContext } from '../stored/stored-handler.js'

type NodeConfig = Readonly<Record<string, string>>

// pve-manager API2/NodeConfig.pm: get_config
const read = stored('GET', '/nodes/{node}/config', (context) => {
  const { config } = context.cluster
  const path = pathOf(context)
  if (!isTrue(config.read(path))) return {}
  const options = config.parse(path, parseNodeConfig)
  const property = text(context.params, 'property')
  if (property === '') return { ...options, digest: config.digest(path) }
  return Object.hasOwn(options, property) ? { [property]: options[property] } : {}
})

// pve-manager API2/NodeConfig.pm: set_options
const update = stored('PUT', '/nodes/{node}/config', (context) => {
  const { node: _, digest, delete: removed, ...set } = context.params
  const { config } = context.cluster
  const path = pathOf(context)
  // A file that is not there has no digest to compare with.
  if (config.has(path)) requireDigest(config.digest(path), text({ digest }, 'digest'))
  const options: Record<string, string> = { ...config.parse(path, parseNodeConfig) }
  for (const [name, value] of Object.entries(set)) {
    if (typeof value === 'string') options[name] = value
  }
  for (const name of splitList(text({ removed }, 'removed'))) delete options[name]
  requireDomains(options, context)
  config.write(path, formatNodeConfig(options))
})

export const nodeConfigHandlers: readonly Handler[] = [read, update]

/** What is set for a node, by name. */
export function readNodeConfig(config: ConfigTree, node: string): NodeConfig {
  return config.parse(`nodes/${node}/config`, parseNodeConfig)
}

function pathOf({ node }: StoredContext): string {
  return `nodes/${node}/config`
}

/** pve-common JSONSchema.pm: parse_config */
function parseNodeConfig(content: string): NodeConfig {
  const options: Record<string, string> = {}
  const comment = Array.from(
    content.matchAll(/^#(.*)$/gm),
    ([, line = '']) => `${decodeText(line)}\n`,
  )
  for (const [, name = '', value = ''] of content.matchAll(/^([^#\s][^:]*):\s*(\S.*?)\s*$/gm)) {
    options[name] = value
  }
  return { ...options, description: comment.join('') }
}

/** pve-manager NodeConfig.pm: write_node_config */
function formatNodeConfig({ description = '', ...options }: NodeConfig): string {
  const comment = description.replace(/\n+$/, '').split('\n')
  const head = description === '' ? [] : comment.map((line) => `#${encodeText(line)}\n`)
  const lines = Object.entries(options).toSorted(([a], [b]) => (a < b ? -1 : 1))
  for (const [name, value] of lines) {
    if (value.includes('\n')) throw failed(`detected invalid newline inside property '${name}'`)
  }
  return [...head, ...lines.map(([name, value]) => `${name}: ${value}\n`)].join('')
}

/** pve-manager NodeConfig.pm: get_acme_conf */
function requireDomains(options: NodeConfig, { cluster }: StoredContext): void {
  const known = new Map<string, string>()
  const { domains = '' } = readProperties(options.acme ?? '', { defaultKey: 'account' })
  for (const domain of domains.toLowerCase().split(';')) {
    if (domain === '') continue
    if (known.has(domain)) throw failed(`duplicate domain '${domain}' in ACME config properties`)
    known.set(domain, 'acme')
  }
  const plugins = cluster.config.read('priv/acme/plugins.cfg') ?? ''
  for (let index = 0; index <= 5; index += 1) {
    const name = `acmedomain${index}`
    const record = options[name]
    if (record === undefined) continue
    const { domain: given = '', plugin = 'standalone' } = readProperties(record, {
      defaultKey: 'domain',
    })
    const domain = given.toLowerCase()
    const other = known.get(domain)
    if (other !== undefined) {
      throw failed(
        `duplicate domain '${domain}' in ACME config properties '${name}' and '${other}'`,
      )
    }
    const headers = plugins.split('\n').map((line) => /^\S+:\s*(\S+)\s*$/.exec(line)?.[1])
    if (plugin !== 'standalone' && !headers.includes(plugin)) {
      throw failed(`plugin '${plugin}' for domain '${domain}' not found!`)
    }
    known.set(domain, name)
  }
}
