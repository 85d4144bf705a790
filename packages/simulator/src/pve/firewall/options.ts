import type { ParseContext } from './parse-firewall.js'

const levels = 'emerg|alert|crit|err|warning|notice|info|debug|nolog'

type Reading = readonly [pattern: RegExp, read?: (text: string) => string]

const lower = (text: string): string => text.toLowerCase()
const upper = (text: string): string => text.toUpperCase()
const integer = (text: string): string => String(Number(text))

/** The options of each kind of file, each with the form of its values. */
const readings: Readonly<Record<ParseContext['scope'], readonly Reading[]>> = {
  // pve-firewall Firewall.pm: parse_clusterfw_option
  cluster: [
    [/^(enable):\s*(\d+)\s*$/i, integer],
    [/^(ebtables):\s*(0|1)\s*$/i],
    [/^(policy_(?:in|out|forward)):\s*(ACCEPT|DROP|REJECT)\s*$/i, upper],
    [/^(log_ratelimit):\s*(\S+)\s*$/],
  ],
  // parse_hostfw_option
  host: [
    [
      /^(enable|nosmurfs|tcpflags|ndp|log_nf_conntrack|nf_conntrack_allow_invalid|protection_synflood|nftables):\s*(0|1)\s*$/i,
    ],
    [
      new RegExp(
        String.raw`^(log_level_(?:in|out|forward)|tcp_flags_log_level|smurf_log_level):\s*((?:${levels})?)\s*$`,
        'i',
      ),
      lower,
    ],
    [/^(nf_conntrack_helpers):\s*(\S+)\s*$/i, lower],
    [
      /^(nf_conntrack_max|nf_conntrack_tcp_timeout_established|nf_conntrack_tcp_timeout_syn_recv|protection_synflood_rate|protection_synflood_burst|protection_limit):\s*(\d+)\s*$/i,
      integer,
    ],
  ],
  // parse_vmfw_option
  vm: guestReadings(),
  ct: guestReadings(),
  // parse_vnetfw_option
  vnet: [
    [/^(enable):\s*(\d+)\s*$/i, integer],
    [/^(policy_forward):\s*(ACCEPT|DROP)\s*$/i, upper],
    [new RegExp(String.raw`^(log_level_forward):\s*(${levels})\s*$`, 'i'), lower],
  ],
}

function guestReadings(): readonly Reading[] {
  return [
    [/^(enable|dhcp|ndp|radv|macfilter|ipfilter|ips):\s*(0|1)\s*$/i],
    [new RegExp(String.raw`^(log_level_in|log_level_out):\s*((?:${levels})?)\s*$`, 'i'), lower],
    [/^(policy_(?:in|out)):\s*(ACCEPT|DROP|REJECT)\s*$/i, upper],
    [/^(ips_queues):\s*(\d+(?::\d+)?)\s*$/i],
    [/^(layer2_protocols):\s*(\S+)\s*$/i],
  ]
}

/** The option of a line; nothing for a line that is none. */
export function parseOption(line: string, { scope, now }: ParseContext): Record<string, string> {
  for (const [pattern, read] of readings[scope]) {
    const match = pattern.exec(line)
    if (!match) continue
    const name = lower(match[1] ?? '')
    const value = read ? read(match[2] ?? '') : (match[2] ?? '')
    // A firewall that was switched on for trial is off again after a minute.
    const isOver = scope === 'cluster' && name === 'enable' && Number(value) > 1
    return { [name]: isOver && now - Number(value) > 60 ? '0' : value }
  }
  return {}
}

/** An option as the API shows it: numbers and flags are numbers. */
export function optionData(options: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      /^\d+$/.test(value) && name !== 'ips_queues' ? Number(value) : value,
    ]),
  )
}
