import type { FastifyInstance } from 'fastify'
import { Refusal } from './refusal.js'

/** Takes JSON and forms; what comes with a file is left as a stream. A body that is empty is none, whatever its type. */
export function takeBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', asText, async (_: unknown, text: string) =>
    text.trim() === '' ? undefined : parseJson(text),
  )
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    asText,
    async (_: unknown, text: string) => formFields(text),
  )
  app.addContentTypeParser('multipart/form-data', (_request, payload, done) => done(null, payload))
}

/** A key that is repeated has several values. */
function formFields(text: string): Readonly<Record<string, string | readonly string[]>> {
  const fields = new URLSearchParams(text)
  return Object.fromEntries(
    [...new Set(fields.keys())].map((name) => {
      const [first = '', ...more] = fields.getAll(name)
      return [name, more.length === 0 ? first : [first, ...more]]
    }),
  )
}

const asText = { parseAs: 'string' } as const

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Refusal(400, `the body is not JSON: ${error instanceof Error ? error.message : ''}`)
  }
}
