import type { RestHandler } from '../context.js'
import { dnsHandlers } from './dns.js'
import { statusHandlers } from './status.js'

/** What concerns the machine itself, below `/nodes/{node}`. */
export const nodeHandlers: readonly RestHandler[] = [...statusHandlers, ...dnsHandlers]
