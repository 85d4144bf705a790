import type { Seed } from './seed.js'

/** The built-in cluster `single`: one node as it is after its installation. Password of root@pam: `proxkit`. */
export const single: Seed = {
  nodes: { pve: { ip: '192.0.2.10', cpus: 8, memory: '32G' } },
  users: { 'root@pam': { email: 'root@example.com' } },
}
