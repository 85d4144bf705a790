/** A server outside the cluster that knows people: a directory, or a provider of OpenID Connect. */
export interface IdentityServer {
  /** People by the names that they log in with. */
  readonly users?: Readonly<Record<string, Person>>
  /** Members of groups, by the names of the groups. */
  readonly groups?: Readonly<Record<string, readonly string[]>>
  /** Who may search a directory; absent where anybody may. */
  readonly bind?: { readonly dn: string; readonly password: string }
}

export interface Person {
  /** Without one nobody can log in to a directory as this person. */
  readonly password?: string
  /** Attributes of the entry in a directory, claims of a provider: `{ mail: 'ann@example.test' }`. */
  readonly attributes?: Readonly<Record<string, string>>
}

/** An attribute of a person; the name that he logs in with is the value of every attribute that holds a name. */
export function attributeOf(
  [name, { attributes = {} }]: readonly [name: string, person: Person],
  attribute: string,
): string | undefined {
  if (Object.hasOwn(attributes, attribute)) return attributes[attribute]
  return nameAttributes.has(attribute) ? name : undefined
}

const nameAttributes: ReadonlySet<string> = new Set([
  'uid',
  'cn',
  'sAMAccountName',
  'sub',
  'preferred_username',
])
