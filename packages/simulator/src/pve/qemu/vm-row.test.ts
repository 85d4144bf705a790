import { expect, test } from 'vitest'
import { manualClock } from '../../engine/clock.js'
import { Cluster } from '../cluster.js'
import { ClusterState } from '../state.js'
import { vmDiskTraffic, vmRow } from './vm-row.js'

const clock = manualClock({ start: 1_760_000_000_000 })

function clusterWith(text: string): Cluster {
  const state = new ClusterState(clock)
  state.nodes.set('pve1', {
    ip: '10.0.0.1',
    online: true,
    bootTime: 1_759_000_000,
    cpu: { model: 'any', sockets: 1, cores: 4, mhz: 3000 },
    memory: 2 ** 35,
    swap: 0,
    files: {},
  })
  const cluster = new Cluster(state, clock)
  state.config.write('nodes/pve1/qemu-server/100.conf', text)
  return cluster
}

const place = { vmid: 100, node: 'pve1', type: 'qemu' } as const

test('vm row: a stopped machine shows its limits and nothing used', () => {
  const cluster = clusterWith(
    'boot: order=ide2;scsi0\ncores: 2\nide2: local:iso/a.iso,media=cdrom,size=1M\nmemory: 2048\n' +
      'name: web01\nscsi0: local-lvm:vm-100-disk-0,size=32G\nsockets: 1\ntags: a;b\n',
  )
  expect(vmRow(cluster, place)).toEqual({
    vmid: 100,
    name: 'web01',
    status: 'stopped',
    cpu: 0,
    cpus: 2,
    mem: 0,
    memhost: 0,
    maxmem: 2_147_483_648,
    disk: 0,
    maxdisk: 34_359_738_368,
    netin: 0,
    netout: 0,
    uptime: 0,
    tags: 'a;b',
  })
})

test('vm row: an empty configuration gets the defaults', () => {
  const row = vmRow(clusterWith('boot: \n'), place)
  expect(row).toMatchObject({ name: 'VM 100', cpus: 1, maxmem: 536_870_912, maxdisk: 0 })
})

test('vm row: processors are capped by those of the node unless vcpus says otherwise', () => {
  expect(vmRow(clusterWith('cores: 4\nsockets: 2\n'), place).cpus).toBe(4)
  expect(vmRow(clusterWith('cores: 4\nsockets: 2\nvcpus: 6\n'), place).cpus).toBe(6)
})

test('vm row: ballooning, lock, serial port and template show', () => {
  const cluster = clusterWith('balloon: 1024\nlock: backup\nserial0: socket\ntemplate: 1\n')
  expect(vmRow(cluster, place)).toMatchObject({
    balloon_min: 1_073_741_824,
    shares: 1000,
    lock: 'backup',
    serial: 1,
    template: 1,
  })
})

test('vm row: figures of a running machine move with its uptime', () => {
  const cluster = clusterWith('memory: 1024\n')
  cluster.state.guests.set(100, {
    pid: 4711,
    startTime: clock.now() - 60_000,
    status: 'running',
    startedWith: '',
  })
  const early = vmRow(cluster, place)
  expect(early).toMatchObject({ status: 'running', pid: 4711, uptime: 60, pressurecpusome: 0 })
  expect(early.mem).toBeGreaterThan(0)
  expect(early.mem).toBeLessThan(early.maxmem)
  cluster.state.guests.set(100, {
    pid: 4711,
    startTime: clock.now() - 600_000,
    status: 'running',
    startedWith: '',
  })
  const late = vmRow(cluster, place)
  expect(late.netin).toBeGreaterThan(early.netin)
  expect(vmDiskTraffic(cluster, 100).diskread).toBeGreaterThan(0)
})
