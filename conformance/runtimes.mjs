import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runSession } from './run-session.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const platform = `${process.platform}-${process.arch}`

/** What runs JavaScript, as far as it can be had here; that of Bun is taken as it comes, without its install script. */
const runtimes = [
  { name: `Node.js ${process.versions.node}`, command: [process.execPath] },
  { name: 'Bun', command: [here(`node_modules/@oven/bun-${platform}/bin/bun`)] },
  { name: 'Deno', command: [here('node_modules/.bin/deno'), 'run', '--allow-all'] },
]

/** Has the client at work in each of them, one after the other. */
export async function runRuntimes(simulator) {
  const found = []
  for (const { name, command } of runtimes) {
    const isThere = existsSync(command[0])
    const results = isThere
      ? await runSession([...command, here('runtime-session.mjs')], simulator)
      : []
    const missing = isThere ? undefined : `there is none for ${platform}`
    found.push({ name, missing, results })
  }
  return found
}
