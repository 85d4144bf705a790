/** Commands of the agent that only ask. */
export const agentQueries = [
  'get-fsinfo',
  'get-host-name',
  'get-memory-block-info',
  'get-memory-blocks',
  'get-osinfo',
  'get-time',
  'get-timezone',
  'get-users',
  'get-vcpus',
  'info',
  'network-get-interfaces',
] as const

/** Commands of the agent that do something, none with parameters. */
export const agentOrders = [
  'fsfreeze-freeze',
  'fsfreeze-status',
  'fsfreeze-thaw',
  'fstrim',
  'ping',
  'shutdown',
  'suspend-disk',
  'suspend-hybrid',
  'suspend-ram',
] as const

export type AgentCommand = (typeof agentQueries)[number] | (typeof agentOrders)[number]
