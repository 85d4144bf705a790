import { handle, type Handler } from '../../engine/handle.js'
import { releaseOf } from '../version.js'
import { nodeFigures } from './node-figures.js'

const kernel = {
  release: '7.0.2-1-pve',
  version: '#1 SMP PREEMPT_DYNAMIC PMX 7.0.2-1 (2026-06-02T08:15Z)',
}

// pve-manager API2/Nodes.pm: status
const status = handle('GET', '/nodes/{node}/status', ({ cluster, node }) => {
  const { uptime, cpu, wait, cpus, loadavg, memory, swap, disk } = nodeFigures(cluster, node)
  const { model, sockets, cores, mhz } = cluster.node(node).cpu
  const release = releaseOf(cluster)
  const free = memory.total - memory.used
  return {
    uptime,
    idle: 0,
    cpu,
    wait,
    loadavg: loadavg.map((load) => load.toFixed(2)),
    kversion: `Linux ${kernel.release} ${kernel.version}`,
    'current-kernel': { sysname: 'Linux', machine: 'x86_64', ...kernel },
    'boot-info': { mode: 'efi', secureboot: 0 },
    cpuinfo: {
      model,
      sockets,
      cores: sockets * cores,
      cpus,
      mhz: mhz.toFixed(3),
      flags: cpuFlags,
      vendor: model.startsWith('AMD') ? 'AuthenticAMD' : 'GenuineIntel',
      family: '25',
      hvm: '1',
      user_hz: 100,
    },
    memory: {
      ...memory,
      free,
      available: Math.min(memory.total, Math.round(free * 1.05)),
    },
    ksm: { shared: 0 },
    swap: { ...swap, free: swap.total - swap.used },
    pveversion: `pve-manager/${release.version}/${release.repoid}`,
    rootfs: { total: disk.total, used: disk.used, avail: disk.avail, free: disk.total - disk.used },
  }
})

const cpuFlags =
  'fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ht syscall nx ' +
  'mmxext fxsr_opt pdpe1gb rdtscp lm constant_tsc nonstop_tsc cpuid pni pclmulqdq ssse3 fma cx16 sse4_1 sse4_2 ' +
  'movbe popcnt aes xsave avx f16c rdrand lahf_lm svm abm sse4a misalignsse 3dnowprefetch bmi1 avx2 smep bmi2 ' +
  'rdseed adx smap clflushopt clwb sha_ni xsaveopt xsavec npt nrip_save'

// pve-manager API2/Nodes.pm: version
const version = handle('GET', '/nodes/{node}/version', ({ cluster }) => releaseOf(cluster))

export const statusHandlers: readonly Handler[] = [status, version]
