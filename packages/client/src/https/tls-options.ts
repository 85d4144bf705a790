/** Whom to trust, and as whom to appear. Without any of these it is whom Node.js trusts, and the name must match. */
export type TlsOptions = Trust & ClientCertificate

type Trust =
  | {
      /** Certificates (PEM) that are trusted in place of those of Node.js, such as the cluster's own CA. */
      readonly ca: Pem | readonly Pem[]
      readonly fingerprint?: never
      readonly verify?: never
    }
  | {
      /**
       * SHA-256 of the one certificate that is accepted, as `pvenode cert info` shows it; one for each host. A connection
       * may go on with the TLS session of an earlier one, on which the server showed it.
       */
      readonly fingerprint: string | readonly string[]
      readonly ca?: never
      readonly verify?: never
    }
  | {
      /** `false` accepts any certificate, and so anyone who sits between. */
      readonly verify?: boolean
      readonly ca?: never
      readonly fingerprint?: never
    }

interface ClientCertificate {
  /** The client's own certificate (PEM), for a reverse proxy that asks for one; goes with `key`. */
  readonly cert?: Pem
  readonly key?: Pem
  /** Of the key. */
  readonly passphrase?: string
}

export type Pem = string | Buffer
