import type { Example } from '../example.js'

/** A task is waited for while its log is printed, and its identifier taken apart. */
export const tasks: Example = async ({ pve, print }) => {
  const task = await pve.nodes('pve1').qemu(106).status.start.post()
  const { type, id, user } = task
  print(`${type} of ${id} by ${user}`)
  await task.done({ timeout: 300_000, onLog: (line) => print(line) })

  const again = pve.task(task.upid)
  for await (const line of again.log()) print(line)
}
