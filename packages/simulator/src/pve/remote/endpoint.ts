/** Another cluster, as whoever asks for a migration names it. */
export interface Endpoint {
  readonly host: string
  readonly port: number
  /** `PVEAPIToken=user@realm!name=secret`. */
  readonly apitoken: string
  /** SHA-256 of the certificate that has to be shown, in upper case. */
  readonly fingerprint: string | undefined
}

/** Reads an endpoint that was verified. pve-common JSONSchema.pm: $remote_format */
export function readEndpoint(text: string): Endpoint {
  const parts = new Map(
    text.split(',').map((part): [string, string] => {
      const equals = part.indexOf('=')
      return [part.slice(0, equals).trim(), part.slice(equals + 1)]
    }),
  )
  return {
    host: parts.get('host') ?? '',
    port: Number(parts.get('port') ?? 8006),
    apitoken: parts.get('apitoken') ?? '',
    fingerprint: parts.get('fingerprint')?.toUpperCase(),
  }
}
