import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/**
 * Keeps a process on one core, where the system has a command for that: whether the scheduler puts both ends of a
 * connection on one core or on two would otherwise double or halve a figure.
 */
export function pin(pid, core) {
  if (availableParallelism() < 2) return
  spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)])
}
