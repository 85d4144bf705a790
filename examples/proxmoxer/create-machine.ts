import { ApiError, TaskError } from '@proxkit/client'
import type { Example } from '../example.js'

/** A machine is created, started and waited for. */
export const createMachine: Example = async ({ pve, print }) => {
  const vmid = 400
  try {
    const creation = await pve.nodes('pve1').qemu.post({
      vmid,
      name: 'webserver01',
      memory: 4096,
      cores: 2,
      sockets: 1,
      net0: { model: 'virtio', bridge: 'vmbr0' },
      scsi0: { file: 'local-lvm:32', discard: 'on' },
      ide2: 'local:iso/debian-13.1.0-amd64-netinst.iso,media=cdrom',
      ostype: 'l26',
      boot: { order: ['scsi0', 'ide2'] },
    })
    await creation.done()
    print(`VM ${vmid} created`)

    const start = await pve.nodes('pve1').qemu(vmid).status.start.post()
    print(`start task on ${start.node} for ${start.id}`)
    const { outcome } = await start.done({ timeout: 300_000 })
    print(`VM started: ${outcome}`)
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof TaskError)) throw error
    print(`Error: ${error.message}`)
  }
}
