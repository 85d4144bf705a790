import type { Product } from '@proxkit/schema'
import type { Form } from './params.js'

/** How a product's daemon is reached and wants to be shown credentials. */
export interface ProductProfile {
  readonly port: number
  /** Scheme and separator of `Authorization: PVEAPIToken=user@realm!id=secret`; absent: it has no API tokens. */
  readonly token?: { readonly scheme: string; readonly separator: string }
  /** Name of the cookie that a ticket travels in. */
  readonly cookie: string
  /**
   * How lists and objects travel where it is not as a property string, by parameter; `defined` where only the definition
   * of the call tells.
   */
  readonly forms: 'defined' | Readonly<Record<string, Form>>
}

// pve-http-server PVE/APIServer/AnyEvent.pm, proxmox-backup src/auth.rs: PbsAuthContext, pmg-api PMG/HTTPServer.pm:
// auth_handler; PDM takes and gives its tickets in a cookie that is bound to the host
export const productProfiles: Readonly<Record<Product, ProductProfile>> = {
  pve: {
    port: 8006,
    token: { scheme: 'PVEAPIToken', separator: '=' },
    cookie: 'PVEAuthCookie',
    forms: { sshkeys: 'encoded-lines' },
  },
  pbs: {
    port: 8007,
    token: { scheme: 'PBSAPIToken', separator: ':' },
    cookie: 'PBSAuthCookie',
    forms: 'defined',
  },
  pmg: {
    port: 8006,
    cookie: 'PMGAuthCookie',
    forms: {},
  },
  pdm: {
    port: 8443,
    token: { scheme: 'PDMAPIToken', separator: ':' },
    cookie: '__Host-PDMAuthCookie',
    forms: 'defined',
  },
}
