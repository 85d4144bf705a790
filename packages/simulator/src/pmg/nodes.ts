import type { Handler } from '../engine/handle.js'
import { nodeFigures } from '../pve/nodes/node-figures.js'
import { handlePmg } from './handle-pmg.js'

// pmg-api PMG/API2.pm: version
const version = handlePmg('GET', '/version', ({ cluster }) => {
  const { version: release } = cluster.definition.id
  return { version: `${release}-1`, release, repoid: '7c0d5f2a9be14386' }
})

// pmg-api PMG/API2/Nodes.pm: index
const list = handlePmg('GET', '/nodes', ({ cluster }) =>
  cluster.nodeNames().map((node) => ({ node })),
)

// pmg-api PMG/API2/Nodes.pm: status
const status = handlePmg('GET', '/nodes/{node}/status', ({ cluster, node }) => {
  const { uptime, cpu, wait, cpus, loadavg, memory, swap, disk } = nodeFigures(cluster, node)
  const { model, sockets, cores, mhz } = cluster.node(node).cpu
  const { version: release } = cluster.definition.id
  const kernel = {
    sysname: 'Linux',
    release: '7.0.2-1-pve',
    version: '#1 SMP PREEMPT_DYNAMIC PMX 7.0.2-1 (2026-06-02T08:15Z)',
    machine: 'x86_64',
  }
  return {
    uptime,
    time: cluster.now(),
    insync: 1,
    cpu,
    wait,
    loadavg: loadavg.map((load) => load.toFixed(2)),
    kversion: `${kernel.sysname} ${kernel.release} ${kernel.version}`,
    'current-kernel': kernel,
    'boot-info': { mode: 'efi', secureboot: 0 },
    cpuinfo: { model, sockets, cores: sockets * cores, cpus, mhz: mhz.toFixed(3) },
    memory: { ...memory, free: memory.total - memory.used },
    swap: { ...swap, free: swap.total - swap.used },
    rootfs: { total: disk.total, used: disk.used, avail: disk.avail, free: disk.total - disk.used },
    pmgversion: `pmg-api/${release}-1/7c0d5f2a9be14386`,
  }
})

export const nodeHandlers: readonly Handler[] = [version, list, status]
