import { canFreeze } from './agent-state.js'
import type { VmJob } from './vm-job.js'

/** Copies of running disks are ended together, so that they show one moment. BlockJob.pm: monitor */
export function finishMirrors(
  job: Pick<VmJob, 'cluster' | 'vm' | 'log'>,
  { drives, agent }: { readonly drives: readonly string[]; readonly agent: string | undefined },
): void {
  if (drives.length === 0) return
  const hasAgent = canFreeze(job, agent)
  if (hasAgent) job.log("issuing guest agent 'guest-fsfreeze-freeze' command")
  else job.log('suspend vm')
  job.log(...drives.map((name) => `mirror-${name}: Cancelling block job`))
  job.log(...drives.map((name) => `mirror-${name}: Done.`))
  if (hasAgent) job.log("issuing guest agent 'guest-fsfreeze-thaw' command")
  else job.log('resume vm')
}
