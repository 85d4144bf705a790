import type { Method } from '@proxkit/schema'
import type { JsonSchema, Parameter } from '@proxkit/schema/emit'
import { highest, longestWait, settingsOf } from '../rest/query.js'

/** What the gateway understands beside the parameters of an operation. */
export function addedParameters(method: Method): readonly Parameter[] {
  const own = method.parameters.properties ?? {}
  const isList = method.verb === 'GET' && method.returns.type === 'array'
  const settings = settingsOf(method.verb, isList).filter((name) => !Object.hasOwn(own, name))
  const fields = Object.keys((isList && method.returns.items?.properties) || {})
  const filters = fields.filter((name) => !Object.hasOwn(own, name) && !settings.includes(name))
  return [
    ...settings.map((name) => query(name, described[name] ?? { description: '', schema: {} })),
    ...filters.map((name) =>
      query(name, {
        description: `Only entries with this \`${name}\`; \`~text\` for those that contain the text.`,
        schema: { type: 'string' },
      }),
    ),
  ]
}

const query = (
  name: string,
  { description, schema }: { readonly description: string; readonly schema: JsonSchema },
): Parameter => ({ name, in: 'query', description, schema })

const count: JsonSchema = { type: 'integer', minimum: 0, maximum: highest }

const described: Readonly<
  Record<string, { readonly description: string; readonly schema: JsonSchema }>
> = {
  limit: { description: 'At most so many entries.', schema: count },
  start: { description: 'Leaves out so many entries at the beginning.', schema: count },
  sort: {
    description: 'Fields to sort by, parted by commas; a `-` in front turns the order around.',
    schema: { type: 'string' },
  },
  fields: {
    description: 'The only fields that are wanted, parted by commas.',
    schema: { type: 'string' },
  },
  wait: {
    description: 'Seconds to wait for the end of the task that the call starts.',
    schema: { type: 'integer', minimum: 0, maximum: longestWait },
  },
}
