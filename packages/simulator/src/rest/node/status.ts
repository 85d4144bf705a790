import { listSubdirectories } from './subdirectories.js'
import { handleRest, needText, type RestHandler } from '../context.js'
import { bad } from '../rest-fault.js'
import { nodeFigures } from '../../pve/nodes/node-figures.js'
import { readOffset, timezoneOf } from '../../pve/nodes/time.js'

// proxmox-backup src/api2/node/status.rs: get_status
const status = handleRest('GET', '/nodes/{node}/status', ({ cluster, node }) => {
  const { uptime, cpu, wait, cpus, loadavg, memory, swap, disk } = nodeFigures(cluster, node)
  const { model, sockets } = cluster.node(node).cpu
  const kernel = {
    sysname: 'Linux',
    release: '7.0.2-1-pve',
    version: '#1 SMP PREEMPT_DYNAMIC PMX 7.0.2-1 (2026-06-02T08:15Z)',
    machine: 'x86_64',
  }
  return {
    uptime,
    cpu,
    wait,
    loadavg,
    cpuinfo: { model, sockets, cpus },
    memory: { ...memory, free: memory.total - memory.used },
    swap: { ...swap, free: swap.total - swap.used },
    root: { total: disk.total, used: disk.used, avail: disk.avail },
    kversion: `${kernel.sysname} ${kernel.release} ${kernel.version}`,
    'current-kernel': kernel,
    'boot-info': { mode: 'efi', secureboot: false },
    info: { fingerprint: (cluster.fingerprints.get(node) ?? '').toLowerCase() },
  }
})

// proxmox-backup src/api2/node/time.rs: get_time
const readTime = handleRest('GET', '/nodes/{node}/time', ({ cluster, node }) => {
  const timezone = timezoneOf(cluster.node(node))
  const time = cluster.now()
  return { timezone, time, localtime: time + readOffset(timezone, time) }
})

// proxmox-backup src/api2/node/time.rs: set_timezone
const writeTime = handleRest('PUT', '/nodes/{node}/time', ({ params, cluster, node }) => {
  const timezone = needText(params, 'timezone')
  try {
    readOffset(timezone, 0)
  } catch {
    throw bad('No such timezone.')
  }
  cluster.state.writeNodeFile(node, '/etc/timezone', timezone)
})

// proxmox-backup src/api2/node/mod.rs: list_nodes
const nodes = handleRest('GET', '/nodes', () => [{ node: 'localhost' }])

export const statusHandlers: readonly RestHandler[] = [
  status,
  readTime,
  writeTime,
  nodes,
  listSubdirectories('/nodes/{node}'),
]
