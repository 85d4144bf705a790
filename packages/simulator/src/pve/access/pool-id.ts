/**
 * Whether a text names a pool: up to three names with slashes between.
 *
 * pve-access-control AccessControl.pm: verify_poolname
 */
export function isPoolId(text: string): boolean {
  return /^[A-Za-z0-9.\-_]+(?:\/[A-Za-z0-9.\-_]+){0,2}$/.test(text)
}

/** The pool that a nested pool lies in; undefined at the top. */
export function parentPool(pool: string): string | undefined {
  const slash = pool.lastIndexOf('/')
  return slash < 0 ? undefined : pool.slice(0, slash)
}
