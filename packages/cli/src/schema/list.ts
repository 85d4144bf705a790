import { listDefinitions } from '@proxkit/schema'
import { listPulledDefinitions } from '@proxkit/schema/cache'
import { print, printJson } from '../print.js'

export interface ListOptions {
  readonly output: 'text' | 'json'
}

/** Prints the definitions that come with Proxkit and those that were pulled. */
export function list({ output }: ListOptions): void {
  const builtIn = listDefinitions().map(({ product, version }) => ({
    name: `${product}-${version}`,
    product,
    version,
  }))
  const all = [...builtIn, ...listPulledDefinitions()]
  if (output === 'json') {
    printJson(all)
    return
  }
  const width = Math.max(...all.map(({ name }) => name.length))
  for (const definition of all) {
    const origin =
      'url' in definition
        ? `${definition.product} ${definition.version}, pulled from ${definition.url} on ${definition.pulledAt.slice(0, 10)}`
        : 'built in'
    print(`${definition.name.padEnd(width)}  ${origin}`)
  }
}
