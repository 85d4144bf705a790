import type { Definition } from '@proxkit/schema'

/** The paths one component deeper than a template, whether or not they can be called themselves. */
export function pathsBelow(definition: Definition, template: string): string[] {
  const start = template === '/' ? '/' : `${template}/`
  const paths = new Set<string>()
  for (const method of definition.methods()) {
    const [component = ''] = method.path.startsWith(start)
      ? method.path.slice(start.length).split('/')
      : []
    if (component !== '') paths.add(`${start}${component}`)
  }
  return [...paths]
}
