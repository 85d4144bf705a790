import { ACCESS_FORMATS } from './access.js'
import { FIREWALL_FORMATS } from './firewall.js'
import type { FormatCheck } from './format-check.js'
import { HA_FORMATS } from './ha.js'
import { IDENTIFIER_FORMATS } from './identifier.js'
import { LXC_FORMATS } from './lxc.js'
import { NETWORK_FORMATS } from './network.js'
import { NODE_FORMATS } from './node.js'
import { PEM_FORMATS } from './pem.js'
import { PMG_FORMATS } from './pmg.js'
import { QEMU_FORMATS } from './qemu.js'
import { SDN_FORMATS } from './sdn.js'
import { STORAGE_FORMATS } from './storage.js'

/** The registered formats that check a single text; the others are property strings. */
export const SCALAR_FORMATS: ReadonlyMap<string, FormatCheck> = new Map(
  [
    IDENTIFIER_FORMATS,
    NETWORK_FORMATS,
    ACCESS_FORMATS,
    STORAGE_FORMATS,
    QEMU_FORMATS,
    LXC_FORMATS,
    FIREWALL_FORMATS,
    HA_FORMATS,
    SDN_FORMATS,
    PEM_FORMATS,
    NODE_FORMATS,
    PMG_FORMATS,
  ].flatMap((family) => Object.entries(family)),
)
