import type { Example } from '../example.js'

/** Several machines are shut down at a time; one that fails does not stop the others. */
export const bulkShutdown: Example = async ({ pve, print }) => {
  const vmids = [100, 101, 999]
  const results = await Promise.allSettled(
    vmids.map(async (vmid) => {
      const task = await pve.nodes('pve1').qemu(vmid).status.shutdown.post()
      return task.done()
    }),
  )
  for (const [index, result] of results.entries()) {
    print(
      result.status === 'fulfilled'
        ? `VM ${vmids[index]} is down: ${result.value.outcome}`
        : `VM ${vmids[index]} failed: ${String(result.reason)}`,
    )
  }
}
