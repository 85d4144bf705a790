import { encodeRequest, type Shown } from '@proxkit/client/server'
import type { Admitted, Knock } from './door.js'
import { type Call, filledPath } from './policy/call.js'

/** Asks for the console that was looked at, and no other. */
export function exactUpgrade(
  { cluster: { upstream }, operation }: Knock,
  { call, shown }: { readonly call: Call; readonly shown: Shown },
): Admitted['upgrade'] {
  const { upgrade } = upstream
  if (!upgrade || !operation) return undefined
  const { method, pathParams } = operation
  const path = filledPath(method.path, pathParams)
  const { target } = encodeRequest('/api2/json', { verb: 'GET', path, params: call.own })
  return ({
    headers: { authorization: _authorization, cookie: _cookie, ...headers },
    ...request
  }) => upgrade({ ...request, path: target, headers: { ...headers, ...shown.fields } })
}
