import type { IncomingMessage } from 'node:http'
import type { FoundMethod, Params, Verb } from '@proxkit/schema'
import type { Admission } from '../door/door.js'
import type { Mount } from '../mount.js'
import { formFields } from './request-body.js'

/** Asks the door about a request in the server's own form. `target` is the path and query below the mount. */
export async function admitRequest(
  { cluster, door }: Mount,
  { request, verb, target, body }: Arrival,
): Promise<{ readonly admission: Admission; readonly operation: FoundMethod | undefined }> {
  const [url = '', query = ''] = target.split('?', 2)
  // pve-http-server AnyEvent.pm: split_abs_uri
  const path = /^\/api2\/+[a-z][a-z0-9]+(\/.*)$/.exec(url)?.[1] ?? '/'
  const operation = cluster.definition.find(verb, decoded(path))
  const admission = await door.admit({
    headers: request.headers,
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
  readonly verb: Verb
  readonly target: string
  readonly body: () => Promise<Params>
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
