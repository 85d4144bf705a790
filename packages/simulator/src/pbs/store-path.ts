/** The path of permissions on a datastore or a namespace of it. */
export function storePath(store: string, ns: unknown = ''): string {
  return `/datastore/${store}${typeof ns === 'string' && ns !== '' ? `/${ns}` : ''}`
}
