import type { Example } from '../example.js'

/** How busy a node and a machine are, now and in the last hour. */
export const monitoring: Example = async ({ pve, print }) => {
  const node = pve.node('pve1')
  const { memory } = await node.status()
  print(`node memory: ${memory.used < memory.total}`)

  const guest = node.qemu(100)
  const { status, maxmem } = await guest.status.current()
  print(`machine: ${status}, ${maxmem} bytes`)

  const points = await guest.rrddata({ timeframe: 'hour' })
  print(`points: ${points.length > 5}`)
}
