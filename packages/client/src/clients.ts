import type {
  NodesNode as Pbs34Node,
  PbsApi as Pbs34Api,
  PbsPathCalls as Pbs34Paths,
} from './api/pbs-3.4.js'
import type {
  NodesNode as Pbs42Node,
  PbsApi as Pbs42Api,
  PbsPathCalls as Pbs42Paths,
} from './api/pbs-4.2.js'
import type {
  NodesNode as Pdm11Node,
  PdmApi as Pdm11Api,
  PdmPathCalls as Pdm11Paths,
} from './api/pdm-1.1.js'
import type {
  NodesNode as Pmg91Node,
  PmgApi as Pmg91Api,
  PmgPathCalls as Pmg91Paths,
} from './api/pmg-9.1.js'
import type {
  NodesNode as Pve74Node,
  PveApi as Pve74Api,
  PvePathCalls as Pve74Paths,
} from './api/pve-7.4.js'
import type {
  NodesNode as Pve84Node,
  PveApi as Pve84Api,
  PvePathCalls as Pve84Paths,
} from './api/pve-8.4.js'
import type {
  NodesNode as Pve91Node,
  PveApi as Pve91Api,
  PvePathCalls as Pve91Paths,
} from './api/pve-9.1.js'
import type {
  NodesNode as Pve92Node,
  PveApi as Pve92Api,
  PvePathCalls as Pve92Paths,
} from './api/pve-9.2.js'
import type { ClientMethods } from './client.js'

/** The client of each product and version. */
export interface Clients {
  pve: {
    '9.2': Pve92Api & Pve92Paths & ClientMethods<Pve92Node>
    '9.1': Pve91Api & Pve91Paths & ClientMethods<Pve91Node>
    '8.4': Pve84Api & Pve84Paths & ClientMethods<Pve84Node>
    '7.4': Pve74Api & Pve74Paths & ClientMethods<Pve74Node>
  }
  pbs: {
    '4.2': Pbs42Api & Pbs42Paths & ClientMethods<Pbs42Node>
    '3.4': Pbs34Api & Pbs34Paths & ClientMethods<Pbs34Node>
  }
  pmg: { '9.1': Pmg91Api & Pmg91Paths & ClientMethods<Pmg91Node> }
  pdm: { '1.1': Pdm11Api & Pdm11Paths & ClientMethods<Pdm11Node> }
}

/** The versions of a product. */
export type Version<P extends keyof Clients> = P extends unknown ? keyof Clients[P] & string : never

/** The client of a product and version; of one that is only known at run time, any of them. */
export type ClientOf<P extends keyof Clients, V> = P extends unknown
  ? Clients[P][V & keyof Clients[P]]
  : never

/** The version that is meant where none is given. */
export interface Newest {
  pve: '9.2'
  pbs: '4.2'
  pmg: '9.1'
  pdm: '1.1'
}

/** The newest first, as `Clients` has them. */
export const versions: {
  readonly [P in keyof Clients]: readonly [Newest[P], ...Version<P>[]]
} = {
  pve: ['9.2', '9.1', '8.4', '7.4'],
  pbs: ['4.2', '3.4'],
  pmg: ['9.1'],
  pdm: ['1.1'],
}

/** The API of PVE 9.2 as a tree of handles, and what a client can do beside it. */
export type PveClient = Clients['pve']['9.2']
