import type { IncomingMessage } from 'node:http'
import { decodeUrlencoded, type FoundMethod, type Params, type Verb } from '@proxkit/schema'
import type { Admission } from '../door/door.js'
import { decoded } from '../decoded.js'
import type { Mount } from '../mount.js'

/** A request in the server's own form, on its way in. */
export interface Arrival {
  readonly request: IncomingMessage
  readonly requestId: string
  readonly isUpgrade?: boolean
  readonly verb: Verb
  /** Path and query below the mount. */
  readonly target: string
  /** The parameters in the body; undefined where the server would find none. */
  readonly body: () => Promise<Params | undefined>
}

/** What the door says of it, and what it is for. */
export interface Admittance {
  readonly admission: Admission
  /** Undefined where the API has none. */
  readonly operation: FoundMethod | undefined
  /** Below the API's root, as it came. */
  readonly path: string
  /** Such as `json`; undefined where the path has none. */
  readonly format: string | undefined
  readonly query: string
}

/** Asks the door about a request. */
export async function admitRequest(
  { cluster, door }: Mount,
  { request, requestId, verb, target, body, isUpgrade = false }: Arrival,
): Promise<Admittance> {
  const [url = '', query = ''] = target.split(/\?(.*)/s, 2)
  // pve-http-server AnyEvent.pm: split_abs_uri
  const [, format, rest] = /^\/api2\/+([a-z][a-z0-9]+)(\/.*)?$/.exec(url) ?? []
  const path = rest ?? url
  // Of a damaged one only the server can tell what it would make of it.
  const known = decoded(path)
  const operation = known === undefined ? undefined : cluster.definition.find(verb, known)
  const admission = await door.admit({
    headers: request.headers,
    requestId,
    address: request.socket.remoteAddress ?? '',
    isUpgrade,
    cluster,
    verb,
    path,
    operation,
    parameters: async () => withoutNulls({ ...(await body()), ...decodeUrlencoded(query) }),
  })
  return { admission, operation, path, format, query }
}

/** What has no value is empty where it is written out again. pve-http-server AnyEvent.pm: proxy_request */
const withoutNulls = (params: Params): Params =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, value ?? '']))
