import { createSimulator, instantClock } from '@proxkit/simulator'
import { manyGuests } from '../many-guests.mjs'

// Mebibytes that 1,000 guests take beside what one takes, once all of them have been asked for.
const one = await clusterOf(1)
const before = heapUsed()
const many = await clusterOf(1001)
console.log(((heapUsed() - before) / 2 ** 20).toFixed(2))
await Promise.all([one.close(), many.close()])

async function clusterOf(guests) {
  const simulator = createSimulator({ seed: manyGuests(guests), clock: instantClock() })
  const transport = simulator.transport()
  await transport.send({ verb: 'GET', path: '/cluster/resources', params: {} })
  for (const node of ['pve1', 'pve2', 'pve3', 'pve4']) {
    await transport.send({ verb: 'GET', path: `/nodes/${node}/qemu`, params: {} })
  }
  return simulator
}

function heapUsed() {
  globalThis.gc()
  return process.memoryUsage().heapUsed
}
