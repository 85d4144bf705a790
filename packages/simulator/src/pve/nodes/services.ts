import type { Handler } from '../../engine/handle.js'
import { failed } from '../../engine/fault.js'
import { handle } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import { serviceState } from './service-states.js'

/** What each service is called beside its name; those that are not installed are left out of nothing. */
const descriptions: Readonly<Record<string, string>> = {
  chrony: 'chrony, an NTP client/server',
  corosync: 'Corosync Cluster Engine',
  cron: 'Regular background program processing daemon',
  ksmtuned: 'Kernel Samepage Merging (KSM) Tuning Daemon',
  lxcfs: 'FUSE filesystem for LXC',
  postfix: 'Postfix Mail Transport Agent',
  'proxmox-firewall': 'Proxmox nftables firewall',
  'pve-cluster': 'The Proxmox VE cluster filesystem',
  'pve-firewall': 'Proxmox VE firewall',
  'pve-ha-crm': 'PVE Cluster HA Resource Manager Daemon',
  'pve-ha-lrm': 'PVE Local HA Resource Manager Daemon',
  'pve-lxc-syscalld': 'Proxmox VE LXC Syscall Daemon',
  pvedaemon: 'PVE API Daemon',
  'pvefw-logger': 'Proxmox VE firewall logger',
  pveproxy: 'PVE API Proxy Server',
  pvescheduler: 'Proxmox VE scheduler',
  pvestatd: 'PVE Status Daemon',
  qmeventd: 'PVE Qemu Event Daemon',
  spiceproxy: 'PVE SPICE Proxy Server',
  sshd: 'OpenBSD Secure Shell server',
  syslog: 'System Logging Service',
  'systemd-journald': 'Journal Service',
  'systemd-timesyncd': 'Network Time Synchronization',
}

/** Services that the API cannot do without. pve-manager API2/Services.pm: $essential_services */
const essential: ReadonlySet<string> = new Set(['pveproxy', 'pvedaemon', 'pve-cluster'])

const listPath = '/nodes/{node}/services'

// pve-manager API2/Services.pm: index
const list = handle('GET', listPath, ({ cluster, node }) =>
  namesOf(cluster).map((service) => row(cluster, { node, service })),
)

// pve-manager API2/Services.pm: service_state
const state = handle('GET', `${listPath}/{service}/state`, ({ params, cluster, node }) =>
  row(cluster, { node, service: params.service }),
)

// pve-manager API2/Services.pm: service_start, service_stop, service_restart, service_reload
const commands = [
  handle('POST', `${listPath}/{service}/start`, (context) => run('start', context)),
  handle('POST', `${listPath}/{service}/stop`, (context) => run('stop', context)),
  handle('POST', `${listPath}/{service}/restart`, (context) => run('restart', context)),
  handle('POST', `${listPath}/{service}/reload`, (context) => run('reload', context)),
]

export const serviceHandlers: readonly Handler[] = [list, state, ...commands]

interface ServiceCall {
  readonly params: { readonly service: string }
  readonly cluster: Cluster
  readonly node: string
  readonly startTask: (type: string, id: string, body: () => void) => string
}

function run(
  command: 'start' | 'stop' | 'restart' | 'reload',
  { params: { service }, cluster, node, startTask }: ServiceCall,
): string {
  return startTask(`srv${command}`, service, () => {
    if (command === 'stop' && essential.has(service)) {
      throw failed(`invalid service cmd '${service} stop': refusing to stop essential service!`)
    }
    const states = serviceState(cluster, node)
    // One that does not run has nothing to reload.
    if (command !== 'reload') states.set(service, command !== 'stop')
  })
}

/** The services of the version that runs: its API names them. */
function namesOf({ definition }: Cluster): readonly string[] {
  const { properties } = definition.method('GET', `${listPath}/{service}/state`)?.parameters ?? {}
  return properties?.service?.enum ?? Object.keys(descriptions)
}

function row(
  cluster: Cluster,
  { node, service }: { readonly node: string; readonly service: string },
): Record<string, unknown> {
  const isRunning = serviceState(cluster, node).get(service)
  return {
    service,
    name: service,
    desc: descriptions[service] ?? service,
    state: isRunning ? 'running' : 'dead',
    'unit-state': 'enabled',
    'active-state': isRunning ? 'active' : 'inactive',
  }
}
