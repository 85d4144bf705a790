import type { Reach } from '@proxkit/schema/cache'
import type { Redis } from 'ioredis'
import type { AuditRecord } from '../door/audited-door.js'

/** How definitions are generated from what servers tell of their API. */
export interface CodegenOptions {
  /** Whoever shows it may; without one nobody may. */
  readonly key?: string | undefined
  /** Hosts, perhaps with a port, that definitions are fetched from: `pve.proxmox.com`, `pve.example.com:8006`. */
  readonly sources: readonly string[]
  /** Networks that sources may be in beside the public ones: `10.1.0.0/16`. */
  readonly networks?: readonly string[]
  /** Certificates (PEM) of who may vouch for sources, beside those that Node.js trusts. */
  readonly ca?: string
  /** How often an address may generate in an hour. */
  readonly generatePerHour: number
  /** How often it may read each of what was generated. */
  readonly readPerHour: number
  /** Where gateways count together. */
  readonly redis?: Redis
  /** Told of every call; default: a line in the log. */
  readonly audit?: (record: AuditRecord) => void
  /** In place of the system's resolver. */
  readonly lookup?: Reach['lookup']
}
