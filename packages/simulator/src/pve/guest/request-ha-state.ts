import type { ConfigTree } from '../../engine/config-tree.js'
import type { CallContext } from '../context.js'

/** Asks high availability, in a task, to start or stop a guest that it rules over; `act` is what it does then. */
export function requestHaState(
  { cluster, startTask }: Pick<CallContext<unknown>, 'cluster' | 'startTask'>,
  { vmid, kind, state, act }: HaRequest,
): string {
  const [type, verb] = state === 'started' ? ['hastart', 'start'] : ['hastop', 'stop']
  return startTask(type, vmid, async (task) => {
    task.log(`Requesting HA ${verb} for ${kind} ${vmid}`)
    await task.sleep(200)
    setHaState(cluster.config, { vmid, state })
    act?.()
  })
}

interface HaRequest {
  readonly vmid: number
  readonly kind: 'VM' | 'CT'
  readonly state: 'started' | 'stopped'
  readonly act?: () => void
}

const path = 'ha/resources.cfg'

/** Changes what is wanted of a guest under high availability. */
export function setHaState(
  config: ConfigTree,
  { vmid, state }: { vmid: number; state: string },
): void {
  const sections = (config.read(path) ?? '').split(/\n(?=\S)/)
  const changed = sections.map((section) => {
    if (!new RegExp(`^(?:vm|ct):\\s*${vmid}\\s*(?:\\n|$)`).test(section)) return section
    const [header = '', ...options] = section.split('\n')
    const others = options.filter((line) => !/^\s+state\s/.test(line))
    return [header, `\tstate ${state}`, ...others].join('\n')
  })
  config.write(path, changed.join('\n'))
}
