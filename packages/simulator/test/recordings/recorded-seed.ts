import type { Seed } from '../../src/seeds/seed.js'

export const rootPassword = 'recorded-password'
export const token = 'root@pam!sdk=00000000-0000-4000-8000-00000000000a'

/** A cluster like those that were recorded: three nodes without guests, one of which has a template. */
export function recordedSeed({ hasToken }: { readonly hasToken: boolean }): Seed {
  const template = { volume: 'vztmpl/debian-13-standard_13.1-2_amd64.tar.zst', size: 129_710_398 }
  return {
    cluster: 'dogfood',
    nodes: { pve: {}, 'pve2-dogfood': {}, 'pve3-dogfood': {} },
    storage: {
      local: {
        type: 'dir',
        path: '/var/lib/vz',
        content: 'iso,vztmpl,backup,import',
        volumes: [template],
      },
      'local-lvm': { type: 'lvmthin', vgname: 'pve', thinpool: 'data', content: 'rootdir,images' },
      ...(hasToken && {
        'local-zfs': { type: 'zfspool', pool: 'rpool/data', content: 'rootdir,images' },
      }),
    },
    users: {
      'root@pam': {
        password: rootPassword,
        email: 'root@outer.example',
        expire: 0,
        ...(hasToken && { tokens: { sdk: { secret: token.split('=')[1] ?? '', privsep: false } } }),
      },
    },
  }
}
