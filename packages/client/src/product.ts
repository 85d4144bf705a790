import type { Product } from '@proxkit/schema'
import type { ObjectForm } from './params.js'

/** How a product's daemon is reached and wants to be shown credentials. */
export interface ProductProfile {
  readonly port: number
  /** Scheme and separator of `Authorization: PVEAPIToken=user@realm!id=secret`. */
  readonly tokenScheme: string
  readonly tokenSeparator: string
  readonly cookie: string
  readonly objects: ObjectForm
}

/** The products that a client can be made for. */
export const productProfiles: Readonly<Record<Product, ProductProfile>> = {
  pve: {
    port: 8006,
    tokenScheme: 'PVEAPIToken',
    tokenSeparator: '=',
    cookie: 'PVEAuthCookie',
    objects: 'property-string',
  },
  pmg: {
    port: 8006,
    tokenScheme: 'PMGAPIToken',
    tokenSeparator: '=',
    cookie: 'PMGAuthCookie',
    objects: 'property-string',
  },
  // proxmox-backup src/auth.rs: setup_auth_context
  pbs: {
    port: 8007,
    tokenScheme: 'PBSAPIToken',
    tokenSeparator: ':',
    cookie: 'PBSAuthCookie',
    objects: 'property-string',
  },
  pdm: {
    port: 8443,
    tokenScheme: 'PDMAPIToken',
    tokenSeparator: ':',
    cookie: 'PDMAuthCookie',
    // The only product some of whose parameters are objects.
    objects: 'json',
  },
}
