import { type FormatChecks, matching } from './format-check.js'

const NOT_A_RESOURCE = 'value does not look like a valid ha resource id'

// pve-ha-manager HA/Tools.pm
const NODE = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?::\p{Nd}+)?\n?$/u

export const HA_FORMATS: FormatChecks = {
  'pve-ha-resource-id': matching(/^[a-z]+:\P{White_Space}+\n?$/u, NOT_A_RESOURCE),
  'pve-ha-resource-or-vm-id': matching(/^(?:[a-z]+:\P{White_Space}+|\p{Nd}+)\n?$/u, NOT_A_RESOURCE),
  'pve-ha-node': matching(NODE, 'value does not look like a valid ha node'),
  // its name up to 8.4
  'pve-ha-group-node': matching(NODE, 'value does not look like a valid ha group node'),
}
