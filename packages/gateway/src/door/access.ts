/** Who may do what, as an access file says it; what a policy does not mention it does not restrict. */
export interface Access {
  readonly policies: Readonly<Record<string, Policy>>
  readonly callers: readonly CallerRules[]
  readonly tokens?: TokenRules | undefined
}

export interface Policy {
  /** Nothing but GET, and no consoles. */
  readonly 'read-only': boolean
  /** What would be written is told in place of being written. */
  readonly 'dry-run': boolean
  /** The only calls, such as `GET /nodes/**`. */
  readonly allow?: readonly string[] | undefined
  /** Calls for which `nodes` and `guests` do not count. */
  readonly unscoped: readonly string[]
  readonly nodes?: readonly string[] | undefined
  /** The guests in one of the pools or with one of the tags. */
  readonly guests?: GuestScope | undefined
  /** By the name of the parameter, or its beginning and `*`. */
  readonly parameters: Readonly<Record<string, ParameterRule>>
}

export interface GuestScope {
  readonly pools: readonly string[]
  readonly tags: readonly string[]
}

export type ParameterRule =
  | 'refuse'
  | { readonly only: readonly (string | number | boolean)[] }
  | { readonly maximum: number }

export interface CallerRules {
  readonly name: string
  /** `sha256:` and the hash in hex. */
  readonly key: string
  readonly policy: string
}

/** Which tokens (JWT) of an issuer count, and for what. */
export interface TokenRules {
  readonly issuer: string
  readonly audience: string
  /** The URL of its key set (JWKS). */
  readonly keys: string
  readonly algorithms: readonly SignatureAlgorithm[]
  /** Seconds by which the issuer's clock may differ. */
  readonly 'clock-skew': number
  /** The claim that names the caller. */
  readonly name: string
  /** The first that fits counts. */
  readonly policies: readonly PolicyChoice[]
}

export interface PolicyChoice {
  /** Absent: for everybody. */
  readonly claim?: string | undefined
  /** What the claim is, or holds. */
  readonly has?: string | undefined
  readonly policy: string
}

export type SignatureAlgorithm = (typeof signatureAlgorithms)[number]

/** Those with a public key: with a secret in common, the gateway could sign as the issuer. */
export const signatureAlgorithms = [
  'EdDSA',
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
] as const
