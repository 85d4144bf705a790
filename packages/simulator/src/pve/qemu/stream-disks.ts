import type { Task } from '../../engine/tasks.js'
import { printBytes } from './copy-volume.js'
import type { VmJob } from './vm-job.js'

interface Streams {
  /** What the jobs are called by, before the names of their drives. */
  readonly prefix: string
  readonly disks: readonly { readonly name: string; readonly size: number }[]
}

/** Bytes that come in a second. */
const streamRate = 2 ** 30

/** Fetches the content of disks while their machine runs on them already. BlockJob.pm: monitor */
export async function streamDisks(
  { log }: VmJob,
  task: Pick<Task, 'sleep'>,
  { prefix, disks }: Streams,
): Promise<void> {
  const ordered = disks.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const seconds = Math.ceil(ordered.reduce((sum, { size }) => sum + size, 0) / streamRate)
  for (const { name, size } of ordered) {
    log(`${prefix}-${name}: transferred 0.0 B of ${printBytes(size)} (0.00%) in 0s`)
  }
  await task.sleep(seconds * 1000)
  for (const { name, size } of ordered) {
    const all = printBytes(size)
    log(
      `${prefix}-${name}: transferred ${all} of ${all} (100.00%) in ${seconds}s`,
      `${prefix}-${name}: stream-job finished`,
    )
  }
}
