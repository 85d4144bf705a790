import { createSimulator, type Simulator } from '../src/create-simulator.js'
import { instantClock } from '../src/engine/clock.js'
import type { Seed } from '../src/seeds/seed.js'
import { callAs, type ApiCaller } from './api-caller.js'

/** A cluster of two nodes for tests of virtual machines, and short ways to work with it. */
export interface VmLab {
  readonly simulator: Simulator
  readonly root: ApiCaller
  /** Calls as another user. */
  readonly as: (user: string) => ApiCaller
  /**
   * Runs a call that starts a task, waits for it and for what it starts, and tells how it ended: its type, its exit
   * status and what it logged before the last line. A refusal is answered as it is.
   */
  readonly task: ApiCaller
  /** Text of a file of `/etc/pve`. */
  readonly file: (path: string) => string | undefined
  /** Text of the configuration of a machine on pve1. */
  readonly conf: (vmid: number) => string | undefined
  /** Text of the configuration of a container on pve1. */
  readonly ctConf: (vmid: number) => string | undefined
  /** Names of the volumes of local-lvm on pve1, or of another medium. */
  readonly volumes: (key?: string) => string[]
}

const storage: NonNullable<Seed['storage']> = {
  local: {
    type: 'dir',
    path: '/var/lib/vz',
    content: 'images,iso,backup,import,snippets,rootdir,vztmpl',
    volumes: [
      { volume: 'iso/debian.iso', size: '1M' },
      { volume: 'import/disk.qcow2', size: '64M' },
      { volume: 'vztmpl/debian-13-standard_13.1-2_amd64.tar.zst', size: '120M' },
      { volume: 'vztmpl/alpine-3.22-default_20250617_amd64.tar.xz', size: '3M' },
    ],
  },
  'local-lvm': { type: 'lvmthin', vgname: 'pve', thinpool: 'data', content: 'images,rootdir' },
  tank: { type: 'nfs', server: '192.0.2.50', export: '/export/tank', content: 'images,backup' },
  iso: { type: 'dir', path: '/srv/iso', content: 'iso' },
}

/** `files` are configurations by vmid on pve1, or files of `/etc/pve` by path. */
export function vmLab({ guests = [], files = {}, ...more }: Partial<Seed> = {}): VmLab {
  const simulator = createSimulator({
    clock: instantClock({ start: Date.UTC(2026, 0, 1) }),
    seed: {
      cluster: 'lab',
      nodes: { pve1: { cpus: 4 }, pve2: { cpus: 4 } },
      users: { 'alice@pve': {}, 'bob@pve': {} },
      storage,
      guests,
      files,
      ...more,
    },
  })
  const root = callAs(simulator)
  return {
    simulator,
    root,
    as: (user) => callAs(simulator, user),
    async task(call, params) {
      const upid = await root(call, params)
      if (typeof upid !== 'string' || !upid.startsWith('UPID:')) return upid
      await simulator.idle()
      const record = simulator.snapshot().tasks.find((task) => task.upid === upid)
      return {
        type: record?.type,
        status: record?.exitStatus,
        log: record?.log.slice(0, -1),
      }
    },
    file: (path) => simulator.snapshot().config[path],
    conf: (vmid) => simulator.snapshot().config[`nodes/pve1/qemu-server/${vmid}.conf`],
    ctConf: (vmid) => simulator.snapshot().config[`nodes/pve1/lxc/${vmid}.conf`],
    volumes(key = 'lvmthin:pve1:pve/data') {
      const backing = simulator.snapshot().backings.find((record) => record.key === key)
      return (backing?.volumes ?? []).map(({ name }) => name).toSorted()
    },
  }
}

/** Text with what is random in it named instead. */
export function masked(text: string | undefined): string | undefined {
  return text
    ?.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>')
    .replaceAll(/BC:24:11(?::[0-9A-F]{2}){3}/g, '<mac>')
    .replaceAll(/ctime=\d+/g, 'ctime=<time>')
}
