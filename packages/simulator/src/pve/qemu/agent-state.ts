import type { Cluster } from '../cluster.js'
import { readAgent, isAgentEnabled } from './agent-config.js'
import type { VmJob } from './vm-job.js'
import type { Vm } from './vm.js'

/** Whether somebody listens at the other end. Agent.pm: qga_check_running */
export function doesAgentAnswer({ clock, state }: Cluster, vm: Vm): boolean {
  const { run } = vm
  if (run?.status !== 'running' || !isAgentEnabled(vm.config.main)) return false
  const delay = state.behaviours.get(vm.vmid)?.agentAfter
  if (delay === undefined || delay === 'never') return delay === undefined
  return clock.now() >= (run.bootTime ?? run.startTime) + delay * 1000
}

/**
 * Whether the guest is asked to hold its file systems still, and word of why not, by the configured option `agent`.
 * Agent.pm: guest_fs_freeze_applicable
 */
export function canFreeze(
  { cluster, vm, log }: Pick<VmJob, 'cluster' | 'vm' | 'log'>,
  option: string | undefined,
): boolean {
  const agent = readAgent(option)
  if (agent.enabled !== '1' || agent['freeze-fs'] === '0') {
    log('skipping guest filesystem freeze - disabled in VM options')
    return false
  }
  if (!doesAgentAnswer(cluster, vm)) {
    log('skipping guest filesystem freeze - agent configured but not running?')
    return false
  }
  if (!vm.run?.system?.isFrozen) return true
  log('skipping guest filesystem freeze - already frozen')
  return false
}
