import { ApiError, ProxkitError, TransportError } from '@proxkit/client'
import { DefinitionFileError } from '@proxkit/schema'
import { PullError } from '@proxkit/schema/cache'

/** What to say of an error of the client, of a pull or of what was pulled; undefined for any other, which is a mistake of ours. */
export function describeFailure(error: unknown): string | undefined {
  if (error instanceof TransportError && untrusted.has(error.code ?? '')) {
    return `cannot trust the certificate of ${error.host}; give its --fingerprint, or --insecure`
  }
  if (error instanceof ApiError) {
    const parameters = Object.entries(error.errors ?? {})
    const lines = parameters.map(([name, text]) => `\n  ${name}: ${text.trimEnd()}`)
    // A login that is not whole yet was no failure to the server.
    const status = error.status < 400 ? '' : `${error.status} `
    return `${status}${error.message}${lines.join('')}`
  }
  if (error instanceof PullError) {
    return untrusted.has(error.code ?? '')
      ? `${error.message}; give the server's --fingerprint, its --ca, or --insecure`
      : error.message
  }
  if (error instanceof DefinitionFileError) return `${error.message}; pull it again`
  return error instanceof ProxkitError ? error.message : undefined
}

/** Codes of OpenSSL for a certificate that no trusted one vouches for. */
const untrusted: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])
