import type { Method } from '../../model.js'
import type { Operation, SecurityScheme } from './document.js'
import type { ProductFacts } from './product-facts.js'

/** How a caller can tell who they are. */
export function securitySchemes({
  cookie,
  token,
}: ProductFacts): Readonly<Record<string, SecurityScheme>> {
  return {
    ticket: {
      type: 'apiKey',
      in: 'cookie',
      name: cookie,
      description: 'The ticket that a login gives.',
    },
    csrf: {
      type: 'apiKey',
      in: 'header',
      name: 'CSRFPreventionToken',
      description: 'Comes with the ticket; needed beside it for all but GET.',
    },
    ...(token !== undefined && {
      token: {
        type: 'apiKey',
        in: 'header',
        name: 'Authorization',
        description: `An API token, as \`${token}\`.`,
      },
    }),
  }
}

/** What a call of a method has to bring. */
export function securityOf(
  { verb, permissions, allowtoken }: Method,
  { token }: ProductFacts,
): Operation['security'] {
  if (permissions?.user === 'world') return []
  const login = verb === 'GET' ? { ticket: [] } : { ticket: [], csrf: [] }
  return token === undefined || allowtoken === false ? [login] : [login, { token: [] }]
}
