import type { IncomingMessage } from 'node:http'
import type { FoundMethod, Params, Verb } from '@proxkit/schema'
import type { Admission } from '../door/door.js'
import { decoded } from '../decoded.js'
import type { Mount } from '../mount.js'
import { formFields } from './request-body.js'

/** Asks the door about a request in the server's own form. `target` is the path and query below the mount. */
export async function admitRequest(
  { cluster, door }: Mount,
  { request, requestId, verb, target, body, isUpgrade = false }: Arrival,
): Promise<{ readonly admission: Admission; readonly operation: FoundMethod | undefined }> {
  const [url = '', query = ''] = target.split(/\?(.*)/s, 2)
  // pve-http-server AnyEvent.pm: split_abs_uri
  const path = /^\/api2\/+[a-z][a-z0-9]+(\/.*)$/.exec(url)?.[1] ?? url
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
    parameters: async () => ({ ...(await body()), ...formFields(query) }),
  })
  return { admission, operation }
}

interface Arrival {
  readonly request: IncomingMessage
  readonly requestId: string
  readonly isUpgrade?: boolean
  readonly verb: Verb
  readonly target: string
  readonly body: () => Promise<Params>
}
