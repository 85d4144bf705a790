import type { Verb } from '@proxkit/schema'

/** Whether a text is a verb of the API. */
export function isVerb(text: string): text is Verb {
  return text === 'GET' || text === 'POST' || text === 'PUT' || text === 'DELETE'
}
