import type { ConfigTree } from '../../engine/config-tree.js'

/** Puts a new guest under high availability. pve-ha-manager API2/HA/Resources.pm: create */
export function addHaResource(
  config: ConfigTree,
  { id, state }: { readonly id: string; readonly state: 'started' | 'stopped' },
): void {
  const path = 'ha/resources.cfg'
  const [type = '', vmid = ''] = id.split(':')
  config.write(path, `${config.read(path) ?? ''}${type}: ${vmid}\n\tstate ${state}\n\n`)
}
