import type { Handler } from '../../engine/handle.js'
import { stored, text } from '../stored/stored-handler.js'

const path = '/var/log/pve-firewall.log'

// pve-firewall API2/Firewall/Host.pm, VM.pm: log; pve-common Tools.pm: dump_logfile
export function logHandler(callPath: string): Handler {
  return stored('GET', callPath, ({ params, cluster, node, setTotal }) => {
    const vmid = text(params, 'vmid')
    const content = cluster.node(node).files[path]
    if (content === undefined) {
      setTotal(1)
      return [{ n: 1, t: 'unable to open file - No such file or directory' }]
    }
    const lines = content.split('\n').filter((line) => line !== '' && isOf(vmid, line))
    setTotal(Math.max(1, lines.length))
    if (lines.length === 0) return [{ n: 1, t: 'no content' }]
    const start = Number(params.start ?? 0)
    const limit = Number(params.limit ?? 50)
    return lines
      .map((t, index) => ({ n: index + 1, t }))
      .slice(start, limit === 0 ? undefined : start + limit)
  })
}

function isOf(vmid: string, line: string): boolean {
  return vmid === '' || line.startsWith(`${vmid} `)
}
