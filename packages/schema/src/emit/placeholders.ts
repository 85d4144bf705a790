/** The names in the braces of a path template, in their order. */
export const placeholdersOf = (path: string): string[] =>
  Array.from(path.matchAll(/\{([^}]+)\}/g), ([, name = '']) => name)
