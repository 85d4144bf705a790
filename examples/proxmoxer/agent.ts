import type { Example } from '../example.js'

/** A program in a guest, and a command of the monitor. */
export const agent: Example = async ({ pve, print }) => {
  const guest = pve.nodes('pve1').qemu(100)
  const listed = await guest.exec(['ls', '-la', '/tmp'])
  const split = await guest.exec('ls -la /tmp', { split: true })
  print(`codes: ${listed.code} ${split.code}`)
  print(`monitor: ${typeof (await guest.monitor.post({ command: 'info block' }))}`)
}
