import type { Verb } from '../call.js'

/** The methods that each verb is called by. */
export const namedCalls: Readonly<Record<Verb, readonly string[]>> = {
  GET: ['get'],
  POST: ['post', 'create'],
  PUT: ['put', 'set'],
  DELETE: ['delete'],
}
