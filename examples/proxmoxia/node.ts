import type { Example } from '../example.js'

/** A handle that is bound to a node; a call without a verb is a GET. */
export const node: Example = async ({ pve, print }) => {
  const node = pve.node('pve1')
  print(`picture: ${'filename' in (await node.rrd({ ds: 'cpu', timeframe: 'hour' }))}`)
  const { status, name } = await node.lxc(200).status.current()
  print(`${name} is ${status}`)
}
