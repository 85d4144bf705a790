/**
 * A file or folder that comes with this package. This module stays where it is: sources, what is compiled and what is
 * bundled of them all lie one folder below the root of the package.
 */
export function packageFile(path: string): URL {
  return new URL(`../${path}`, import.meta.url)
}
