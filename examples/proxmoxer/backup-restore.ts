import type { Example } from '../example.js'

/** A backup is made, found, and restored as another machine. */
export const backupRestore: Example = async ({ pve, print }) => {
  const node = pve.node('pve1')
  const backup = await node.vzdump.post({
    vmid: '100',
    mode: 'snapshot',
    compress: 'zstd',
    storage: 'local',
  })
  const { outcome } = await backup.done({ timeout: 3_600_000 })
  print(`backup: ${outcome}`)

  for (const { volid, vmid } of await node.storage('local').content({ content: 'backup' })) {
    if (vmid !== 100) continue
    const restore = await node.qemu.post({ vmid: 401, archive: volid, storage: 'local-lvm' })
    const restored = await restore.done()
    print(`restore: ${restored.outcome}`)
  }
}
