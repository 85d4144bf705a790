import { createPrivateKey, createPublicKey } from 'node:crypto'
import { show } from '../seeds/check.js'
import { EtcPveError } from './etc-pve-error.js'
import {
  containerLines,
  corosyncLines,
  firewallLines,
  machineLines,
  mappingLines,
  optionLines,
  sectionLines,
  shadowLines,
  tokenLines,
  userLines,
  type LineRule,
} from './line-rules.js'

/** What is wrong with a text, as `line 3: …` where a line is known; undefined where nothing is. */
type Check = (text: string) => string | undefined

const anything: Check = () => undefined

/** The files that the simulated cluster reads, and what they must look like. */
const known: readonly (readonly [path: RegExp, check: Check])[] = [
  [/^user\.cfg$/, lines(userLines)],
  [/^(?:storage|domains|jobs|replication|status|notifications)\.cfg$/, lines(sectionLines)],
  [/^priv\/(?:notifications|acme\/plugins)\.cfg$/, lines(sectionLines)],
  [/^ha\/(?:resources|groups|rules)\.cfg$/, lines(sectionLines)],
  [/^sdn\/[a-z-]+\.cfg$/, lines(sectionLines)],
  [/^virtual-guest\/cpu-models\.conf$/, lines(sectionLines)],
  [/^mapping\/\w+\.cfg$/, lines(mappingLines)],
  [/^datacenter\.cfg$/, lines(optionLines)],
  [/^nodes\/[^/]+\/config$/, lines(optionLines)],
  [/^nodes\/[^/]+\/qemu-server\/\d+\.conf$/, lines(machineLines)],
  [/^nodes\/[^/]+\/lxc\/\d+\.conf$/, lines(containerLines)],
  [/^(?:sdn\/)?firewall\/\w+\.fw$|^nodes\/[^/]+\/host\.fw$/, lines(firewallLines)],
  [/^corosync\.conf$/, lines(corosyncLines)],
  [/^priv\/token\.cfg$/, lines(tokenLines, 'secret')],
  [/^priv\/shadow\.cfg$/, lines(shadowLines, 'secret')],
  [/^priv\/tfa\.cfg$|^priv\/jobs\/.*\.json$|^priv\/acme\/[^/]+$/, json],
  [/^ha\/manager_status$|^nodes\/[^/]+\/lrm_status$|^sdn\/\.running-config$|^\.members$/, json],
  [/^priv\/authkey\.key$/, key(createPrivateKey)],
  [/^authkey\.pub(?:\.old)?$/, key(createPublicKey)],
  [/^(?:pve-www\.key|pve-root-ca\.pem|vzdump\.cron|ha\/crm_commands|sdn\/\.lock)$/, anything],
  [/^priv\/(?:realm|storage|metricserver|notifications|ceph)\/[^/]+$/, anything],
  [/^priv\/ceph\.client\.admin\.keyring$/, anything],
  [/^nodes\/[^/]+\/pve(?:proxy)?-ssl\.(?:pem|key)$/, anything],
]

/** Whether anything of the simulated cluster reads a file. */
export function isRead(path: string): boolean {
  return known.some(([pattern]) => pattern.test(path))
}

/** Throws an `EtcPveError` that tells file and line of what cannot be read. `source` names the whole in it. */
export function requireReadable(files: Readonly<Record<string, string>>, source: string): void {
  const damages = Object.entries(files).flatMap(([path, text]) => {
    const check = known.find(([pattern]) => pattern.test(path))?.[1]
    const damage = check?.(text)
    return damage === undefined ? [] : [`${path}${damage}`]
  })
  const [first, ...more] = damages
  if (first === undefined) return
  const others = more.length === 0 ? '' : `; ${more.slice(0, 9).join('; ')}`
  const rest = more.length > 9 ? `; and ${more.length - 9} more` : ''
  throw new EtcPveError(`${source}: ${first}${others}${rest}`)
}

function lines(rule: LineRule, content?: 'secret'): Check {
  return (text) => {
    const isLine = rule()
    for (const [index, line] of text.split('\n').entries()) {
      if (isLine(line)) continue
      return `:${index + 1}: ${content ? 'this' : show(line.trimEnd())} is no line of such a file`
    }
    return undefined
  }
}

function json(text: string): string | undefined {
  if (text.trim() === '') return undefined
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    // The rest of its text shows what stands in the file.
    const position = /at position (\d+)/.exec(String(error))?.[1]
    const line =
      position === undefined ? '' : `:${text.slice(0, Number(position)).split('\n').length}`
    return `${line}: this is not JSON`
  }
}

function key(read: (text: string) => unknown): Check {
  return (text) => {
    try {
      read(text)
      return undefined
    } catch {
      return ':1: this is no key in PEM'
    }
  }
}
