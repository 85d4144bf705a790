import { createSimulator, instantClock } from '@proxkit/simulator'

// A cluster in which nobody waits, with as many guests as are asked for; prints how to get in.
const guests = Number(process.argv[2] ?? 0)
const http = process.argv.includes('--http')
const nodes = ['pve1', 'pve2', 'pve3']
const secret = '6f2a1f3e-0000-4000-8000-8d1f0a6c1b2e'
const simulator = createSimulator({
  clock: instantClock(),
  seed: {
    cluster: 'bench',
    nodes: Object.fromEntries(nodes.map((node) => [node, { cpus: 16, memory: '64G' }])),
    storage: {
      local: { type: 'dir', path: '/var/lib/vz', content: 'iso,images', size: '900T' },
      'local-lvm': {
        type: 'lvmthin',
        vgname: 'pve',
        thinpool: 'data',
        content: 'images,rootdir',
        size: '900T',
      },
    },
    users: { 'root@pam': { tokens: { ci: { secret, privsep: false } } } },
    guests: Array.from({ length: guests }, (_, index) => ({
      vmid: 100_000 + index,
      node: nodes[index % nodes.length],
      running: index % 2 === 0,
      config: {
        name: `guest-${index}`,
        memory: 1024,
        tags: 'bench;web',
        boot: 'order=scsi0',
        scsi0: `local-lvm:vm-${100_000 + index}-disk-0,size=8G`,
        net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0',
      },
    })),
  },
})
const { url, fingerprint } = await simulator.listen({ http })
console.log(JSON.stringify({ url, fingerprint, token: `root@pam!ci=${secret}` }))
