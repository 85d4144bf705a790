import type { IdentityServer } from '../pve/access/identity-server.js'
import type { GuestBehaviour } from '../pve/guest/behaviour.js'
import type { NodeFault } from '../pve/state.js'

/** A number of bytes, or text such as `32G`. */
export type Size = number | string

/** A cluster to start from, as written by hand in JSON or YAML. Everything but `nodes` may be left out. */
export interface Seed {
  /** Name of the cluster; a single node without one is not clustered. */
  readonly cluster?: string
  /** The machines, by name; the first one is the one that clients reach. */
  readonly nodes: Readonly<Record<string, SeedNode>>
  /** Storages of `storage.cfg` by id; default `local` and `local-lvm`. */
  readonly storage?: Readonly<Record<string, SeedStorage>>
  readonly guests?: readonly SeedGuest[]
  /** Users by id; root@pam is always there. */
  readonly users?: Readonly<Record<string, SeedUser>>
  readonly groups?: Readonly<
    Record<string, { readonly members?: readonly string[]; readonly comment?: string }>
  >
  /** Realms beside `pam` and `pve`, by name. Who can be asked for their people stands in `identityServers`. */
  readonly realms?: Readonly<Record<string, SeedRealm>>
  /** Own roles: their privileges. */
  readonly roles?: Readonly<Record<string, readonly string[]>>
  readonly pools?: Readonly<Record<string, SeedPool>>
  readonly acl?: readonly SeedAcl[]
  /** Backup Server only: datastores by name. */
  readonly datastores?: Readonly<Record<string, SeedDatastore>>
  /**
   * Servers outside the cluster that know people: directories by the host name that a realm has for `server1`, providers
   * of OpenID Connect by the `issuer-url` of a realm. Nodes reach no others.
   */
  readonly identityServers?: Readonly<Record<string, IdentityServer>>
  /** Files of `/etc/pve` by path below it, word for word; they replace what the rest of the seed would write. */
  readonly files?: Readonly<Record<string, string>>
}

export interface SeedNode {
  readonly ip?: string
  readonly online?: boolean
  /** Calls for this node fail on their way: `unroutable`, `refused`, `untrusted` (certificate) or `silent`. */
  readonly fault?: NodeFault
  /** Logical processors; default 8. */
  readonly cpus?: number
  /** Default 32G. */
  readonly memory?: Size
  /** Seconds since the machine was started; default ten days. */
  readonly uptime?: number
  /** Bridges beside `vmbr0`. */
  readonly bridges?: readonly string[]
  /** Files outside `/etc/pve` by absolute path; they replace what the seed would write. */
  readonly files?: Readonly<Record<string, string>>
}

export interface SeedStorage {
  /** `dir`, `lvmthin`, `nfs`, … */
  readonly type: string
  /** Size of the medium; default 100G for directories, 400G otherwise. */
  readonly size?: Size
  /** Volumes beside those of guests: ISO images, templates, backups. */
  readonly volumes?: readonly SeedVolume[]
  /** The options of `storage.cfg`: `path`, `content`, `nodes`, `shared`, … */
  readonly [option: string]: unknown
}

export interface SeedVolume {
  /** Name on the storage: `iso/debian.iso`, `backup/vzdump-qemu-100-2026_01_31-02_00_00.vma.zst`. */
  readonly volume: string
  readonly size: Size
  /** Text of a snippet, the configuration that a backup holds, what describes the machine in an OVA or of an ESXi host. */
  readonly content?: string
  /** Sizes of the disks in an OVA by the names of their files. */
  readonly disks?: Readonly<Record<string, Size>>
  /** Text of files by path that a snapshot on a backup server gives back one by one. */
  readonly files?: Readonly<Record<string, string>>
  /** Of a backup. */
  readonly notes?: string
  /** Of a backup: it cannot be removed. */
  readonly protected?: boolean
  /** What the last verification of a snapshot on a backup server found. */
  readonly verification?: 'ok' | 'failed'
}

export interface SeedGuest {
  readonly vmid: number
  /** Default `qemu`. */
  readonly type?: 'qemu' | 'lxc'
  readonly node: string
  readonly running?: boolean
  /**
   * Lines of the configuration file: `{ name: 'web', cores: 2, scsi0: 'local-lvm:vm-100-disk-0,size=32G' }`. A container
   * is of `arch` amd64 and of `ostype` unmanaged unless they say otherwise.
   */
  readonly config: Readonly<Record<string, string | number>>
  /** What it does beyond that. Clones do the same. */
  readonly behaviour?: GuestBehaviour
}

export interface SeedRealm {
  readonly type: 'ldap' | 'ad' | 'openid'
  /** The options of `domains.cfg`: `server1`, `base_dn`, `user_attr`, `issuer-url`, …; and the `password` of `bind_dn`. */
  readonly [option: string]: string | number
}

export interface SeedDatastore {
  /** Default `/mnt/datastore/<name>`. */
  readonly path?: string
  readonly comment?: string
  readonly snapshots?: readonly SeedSnapshot[]
}

export interface SeedSnapshot {
  /** Type and id: `vm/100`. */
  readonly group: string
  /** Namespace: `site-b`. */
  readonly ns?: string
  /** In ISO 8601; default an hour before the start. */
  readonly time?: string
  /** Default root@pam. */
  readonly owner?: string
  /** Bytes. */
  readonly size?: number
  readonly comment?: string
  readonly protected?: boolean
}

export interface SeedUser {
  readonly password?: string
  readonly enabled?: boolean
  readonly expire?: number
  readonly firstname?: string
  readonly lastname?: string
  readonly email?: string
  readonly comment?: string
  /**
   * Secret of a second factor in Base32: a login also needs the six digits that go with it, which are others every 30
   * seconds of the cluster's clock (TOTP with SHA-1, as `oathtool --totp --base32` prints them). Each is taken once.
   */
  readonly totp?: string
  /** Keys that replace the second factor, each for one login: `1111-2222-3333-4444`. */
  readonly recovery?: readonly string[]
  /** API tokens by name. */
  readonly tokens?: Readonly<Record<string, SeedToken>>
}

export interface SeedToken {
  /** The secret, a UUID. */
  readonly secret: string
  /** Default true. */
  readonly privsep?: boolean
  readonly expire?: number
  readonly comment?: string
}

export interface SeedPool {
  readonly comment?: string
  readonly guests?: readonly number[]
  readonly storage?: readonly string[]
}

export interface SeedAcl {
  readonly path: string
  readonly role: string
  /** One of `user`, `group`, `token`. */
  readonly user?: string
  readonly group?: string
  readonly token?: string
  /** Default true. */
  readonly propagate?: boolean
}
