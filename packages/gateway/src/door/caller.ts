import type { IncomingHttpHeaders } from 'node:http'

/** Somebody whom the gateway knows. */
export interface Caller {
  readonly name: string
  /** The name of the policy that holds for them. */
  readonly policy: string
}

/** Tells who calls by what they show; undefined where it does not know that, with a reason where it should. */
export type Identify = (
  proof: string,
) => Promise<Caller | Unknown | undefined> | Caller | Unknown | undefined

export interface Unknown {
  /** What is wrong with a proof of this kind. */
  readonly reason: string
}

/**
 * The key or bearer token of a caller: `Authorization: Bearer …`, or as the secret of an API token, which is all that
 * existing clients can send: `PVEAPIToken=any@name!at=all=KEY`.
 */
export function proofIn({ authorization = '' }: IncomingHttpHeaders): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
  return bearer ?? /^P(?:VE|BS|DM)APIToken[= ][^=:\s]+[=:](\S+)$/.exec(authorization)?.[1]
}
