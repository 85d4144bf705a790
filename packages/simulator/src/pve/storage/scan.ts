import { handle, type Handler } from '../../engine/handle.js'
import { freeOf, mediaOf, volumeGroups } from './media.js'

// pve-storage API2/Storage/Scan.pm: what there is to make a storage of is what a seed or a storage brought along

// lvmscan
const scanLvm = handle('GET', '/nodes/{node}/scan/lvm', ({ cluster, node }) =>
  volumeGroups(cluster, node),
)

// lvmthinscan
const scanThin = handle('GET', '/nodes/{node}/scan/lvmthin', ({ params, cluster, node }) =>
  mediaOf(cluster, `lvmthin:${node}:${params.vg}/`).map(({ name }) => ({ lv: name })),
)

// zfsscan
const scanZfs = handle('GET', '/nodes/{node}/scan/zfs', ({ cluster, node }) =>
  mediaOf(cluster, `zfspool:${node}:`).map(({ name, backing }) => ({
    pool: name,
    size: backing.capacity,
    free: freeOf(backing),
  })),
)

// nfsscan
const scanNfs = handle('GET', '/nodes/{node}/scan/nfs', ({ params, cluster }) =>
  mediaOf(cluster, `nfs::${params.server}:`).map(({ name }) => ({ path: name, options: '*' })),
)

// cifsscan
const scanCifs = handle('GET', '/nodes/{node}/scan/cifs', ({ params, cluster }) =>
  mediaOf(cluster, `cifs::${params.server}:`).map(({ name }) => ({
    share: name.replace(/\/.*$/s, ''),
    description: '',
  })),
)

export const scanHandlers: readonly Handler[] = [scanLvm, scanThin, scanZfs, scanNfs, scanCifs]
