import type { ConfigTree } from '../../engine/config-tree.js'

/** Whether the configuration of high availability mentions the guest at all. HA/Config.pm: service_is_configured */
export function isHaResource(config: ConfigTree, vmid: number): boolean {
  return config.parse(path, readStates).has(vmid)
}

/** Whether high availability rules over the guest; resources in state `ignored` are left alone. vm_is_ha_managed */
export function isHaManaged(config: ConfigTree, vmid: number): boolean {
  const state = config.parse(path, readStates).get(vmid)
  return state !== undefined && state !== 'ignored'
}

/** What `status/current` tells about high availability. get_service_status */
export function haStatus(config: ConfigTree, vmid: number): { managed: 0 | 1; state?: string } {
  const state = config.parse(path, readStates).get(vmid)
  return state === undefined || state === 'ignored' ? { managed: 0 } : { managed: 1, state }
}

const path = 'ha/resources.cfg'

/** Requested states by guest. */
function readStates(text: string): ReadonlyMap<number, string> {
  const states = new Map<number, string>()
  let vmid: number | undefined
  for (const line of text.split('\n')) {
    const header = /^(?:vm|ct):\s*(\d+)\s*$/.exec(line)
    if (header) states.set((vmid = Number(header[1])), 'started')
    else if (/^\S/.test(line)) vmid = undefined
    const state = /^\s+state\s+(\S+)/.exec(line)?.[1]
    if (state && vmid !== undefined) states.set(vmid, state)
  }
  return states
}
