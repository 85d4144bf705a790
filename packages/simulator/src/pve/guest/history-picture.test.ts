import { loadDefinition } from '@proxkit/schema'
import { PNG } from 'pngjs'
import { expect, it } from 'vitest'
import { vmLab } from '../../../test/vm-lab.js'
import { createSimulator } from '../../create-simulator.js'

const guests = [
  { vmid: 100, node: 'pve1', running: true, config: { memory: 1024 } },
  {
    vmid: 200,
    type: 'lxc' as const,
    node: 'pve1',
    config: { rootfs: 'local:200/vm-200-disk-0.raw,size=1G' },
  },
]

it.each([
  ['qemu/100', 'cpu,maxcpu', 'pve-vm-9.0/100_cpu_maxcpu.png', ['0,221,255', '255,0,0']],
  ['lxc/200', 'maxmem', 'pve-vm-9.0/200_maxmem.png', ['0,221,255']],
])('the history of %s is a picture with a line for each of %s', async (guest, ds, name, lines) => {
  const lab = vmLab({ guests })
  const path = `/nodes/pve1/${guest}/rrd`
  const { filename, image } = Object(await lab.root(`GET ${path}`, { timeframe: 'hour', ds }))
  expect(filename).toBe(`/var/lib/rrdcached/db/${name}`)
  const { width, height, data } = PNG.sync.read(Buffer.from(image, 'latin1'))
  expect([width, height]).toEqual([800, 200])
  const colors = new Set(
    Array.from({ length: width * height }, (_, dot) => data.subarray(dot * 4, dot * 4 + 3).join()),
  )
  expect([...colors].toSorted()).toEqual(['0,0,0', ...lines, '255,255,255'].toSorted())
})

it('a picture is what it is in the format of pictures', async () => {
  const secret = '11111111-1111-4111-8111-111111111111'
  const users = { 'root@pam': { tokens: { ci: { secret, privsep: false } } } }
  const { simulator } = vmLab({ guests, users })
  const picture = await simulator.fetch(
    new Request('https://pve1/api2/png/nodes/pve1/qemu/100/rrd?timeframe=day&ds=mem', {
      headers: { Authorization: `PVEAPIToken=root@pam!ci=${secret}` },
    }),
  )
  expect(picture.headers.get('content-type')).toBe('image/png')
  expect(PNG.sync.read(Buffer.from(await picture.arrayBuffer())).width).toBe(800)
})

it.each([
  ['qemu/100', 'nosuch', "No DS called 'nosuch' in '/var/lib/rrdcached/db/pve-vm-9.0/100'"],
  ['qemu/999', 'cpu', "opening '/var/lib/rrdcached/db/pve-vm-9.0/999': No such file or directory"],
  [
    'storage/local',
    'used',
    "opening '/var/lib/rrdcached/db/pve2-storage/pve1/local': No such file or directory",
  ],
])('no picture of %s shows %s', async (of, ds, mistake) => {
  const answer = await vmLab({ guests }).root(`GET /nodes/pve1/${of}/rrd`, {
    timeframe: 'hour',
    ds,
  })
  expect(answer).toBe(`500 RRD error: ${mistake}`)
})

it('a picture has two lines at most', async () => {
  const path = 'GET /nodes/pve1/qemu/100/rrd'
  expect(await vmLab({ guests }).root(path, { timeframe: 'hour', ds: 'cpu,mem,disk' })).toMatch(
    /^500 fixme: no color definition/,
  )
})

it('older versions have pictures of storages', async () => {
  await using simulator = createSimulator({
    definition: loadDefinition({ product: 'pve', version: '8.4' }),
    seed: 'single',
  })
  const { data } = await simulator.transport().send({
    verb: 'GET',
    path: '/nodes/pve/storage/local/rrd',
    params: { timeframe: 'hour', ds: 'total,used' },
  })
  expect(Object(data).filename).toBe('/var/lib/rrdcached/db/pve2-storage/pve/local_total_used.png')
})
