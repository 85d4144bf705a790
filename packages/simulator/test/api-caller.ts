import type { ParamValue, Verb } from '@proxkit/schema'
import type { Simulator } from '../src/create-simulator.js'

/** What came of a call: its data, or the status and what was said, parameters included. */
export type CallResult = unknown

export interface ApiCaller {
  (call: `${Verb} ${string}`, params?: Readonly<Record<string, ParamValue>>): Promise<CallResult>
}

/** Calls a simulator as one user; a refusal is answered as `403 Permission check failed`. */
export function callAs(simulator: Simulator, user = 'root@pam'): ApiCaller {
  const transport = simulator.transport({ user })
  return async (call, params = {}) => {
    const space = call.indexOf(' ')
    const verb = call.slice(0, space)
    if (!isVerb(verb)) throw new TypeError(`${verb} is no verb of the API`)
    const path = call.slice(space + 1)
    const { status, data, message, errors } = await transport.send({ verb, path, params })
    if (status === 200) return data
    return errors ? { status, errors } : `${status} ${message ?? ''}`
  }
}

function isVerb(text: string): text is Verb {
  return text === 'GET' || text === 'POST' || text === 'PUT' || text === 'DELETE'
}
