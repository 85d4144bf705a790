/** A cluster of four nodes that share so many machines, each with a disk, a network card and a description. */
export function manyGuests(count) {
  const nodes = ['pve1', 'pve2', 'pve3', 'pve4']
  return {
    cluster: 'many',
    nodes: Object.fromEntries(nodes.map((name) => [name, { cpus: 64, memory: '512G' }])),
    storage: {
      local: { type: 'dir', path: '/var/lib/vz', content: 'iso,vztmpl,backup' },
      tank: { type: 'nfs', server: '192.0.2.50', export: '/tank', content: 'images', size: '400T' },
    },
    guests: Array.from({ length: count }, (_, index) => {
      const vmid = 100 + index
      return {
        vmid,
        node: nodes[(vmid - 100) % nodes.length],
        running: index % 2 === 0,
        config: {
          name: `guest-${vmid}`,
          description: `number ${index} of ${count}`,
          cores: 2,
          memory: 2048,
          net0: `virtio=BC:24:11:00:${hex(index >> 8)}:${hex(index & 255)},bridge=vmbr0`,
          scsi0: `tank:${vmid}/vm-${vmid}-disk-0.qcow2,size=32G`,
          tags: 'many',
        },
      }
    }),
  }
}

const hex = (byte) => byte.toString(16).toUpperCase().padStart(2, '0')
