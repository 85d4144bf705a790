/** How a product's daemon is reached and wants to be shown credentials. */
export interface ProductProfile {
  readonly port: number
  /** Scheme and separator of `Authorization: PVEAPIToken=user@realm!id=secret`. */
  readonly tokenScheme: string
  readonly tokenSeparator: string
  readonly cookie: string
}

/** The products that a client can be made for. */
export const productProfiles: { readonly pve: ProductProfile } = {
  pve: {
    port: 8006,
    tokenScheme: 'PVEAPIToken',
    tokenSeparator: '=',
    cookie: 'PVEAuthCookie',
  },
}
