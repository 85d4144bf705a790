import type { Seed, SeedStorage } from './seed.js'

/** What an installation sets up, and what a seed without storages has. */
const installed: Readonly<Record<string, SeedStorage>> = {
  local: { type: 'dir', path: '/var/lib/vz', content: 'iso,vztmpl,backup,import' },
  'local-lvm': { type: 'lvmthin', thinpool: 'data', vgname: 'pve', content: 'rootdir,images' },
}

/** The storages of a seed by id. */
export function storagesOf(seed: Seed): Readonly<Record<string, SeedStorage>> {
  return seed.storage ?? installed
}
