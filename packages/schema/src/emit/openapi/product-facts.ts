import type { Product } from '../../model.js'

/** What differs between the products in how they are spoken to. */
export interface ProductFacts {
  readonly port: string
  readonly cookie: string
  /** The value of the header Authorization; absent where there are no API tokens. */
  readonly token?: string
  /** Perl: booleans travel as 1 and 0, and errors are JSON. Rust: booleans are JSON, errors are plain text. */
  readonly language: 'perl' | 'rust'
}

export const productFacts: Readonly<Record<Product, ProductFacts>> = {
  // pve-http-server PVE/APIServer/Formatter.pm: extract_auth_value
  pve: {
    port: '8006',
    cookie: 'PVEAuthCookie',
    token: 'PVEAPIToken=USER@REALM!NAME=SECRET',
    language: 'perl',
  },
  // proxmox-backup pbs-client/src/http_client.rs
  pbs: {
    port: '8007',
    cookie: 'PBSAuthCookie',
    token: 'PBSAPIToken=USER@REALM!NAME:SECRET',
    language: 'rust',
  },
  // pmg-api PMG/Service/pmgproxy.pm
  pmg: { port: '8006', cookie: 'PMGAuthCookie', language: 'perl' },
  // proxmox-datacenter-manager cli/client/src/main.rs: set_cookie_name
  pdm: {
    port: '8443',
    cookie: '__Host-PDMAuthCookie',
    token: 'PDMAPIToken=USER@REALM!NAME:SECRET',
    language: 'rust',
  },
}
