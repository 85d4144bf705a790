import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { runSession } from './run-session.mjs'

const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))
const modules = `${here}node_modules`
const system = `${process.platform}-${process.arch}`

/** What runs JavaScript: this Node.js and what the npm registry has; the package of another system is not installed. */
export const runtimes = [
  { name: `Node.js ${process.versions.node}`, program: process.execPath, args: [] },
  packaged('Node.js', 'node22', 'bin/node'),
  packaged('Node.js', 'node24', 'bin/node'),
  packaged('Bun', `@oven/bun-${system}`, 'bin/bun'),
  packaged('Deno', `@deno/${system}-glibc`, 'deno', ['run', '--allow-all']),
].map(({ name, program, args }) => ({
  name,
  missing: async () =>
    existsSync(program) ? undefined : `there is no package of it for ${system}`,
  run: (simulator) => callFrom([program, ...args], simulator),
}))

function packaged(name, folder, path, args = []) {
  const description = `${modules}/${folder}/package.json`
  const version = existsSync(description)
    ? JSON.parse(readFileSync(description, 'utf8')).version
    : '?'
  return { name: `${name} ${version}`, program: `${modules}/${folder}/${path}`, args }
}

async function callFrom(command, simulator) {
  const session = [...command, `${here}runtime-session.mjs`]
  return [await call(command, simulator), ...(await runSession(session, simulator))]
}

async function call([program, ...args], { url, fingerprint, token, password }) {
  const given = { URL_OF_SIMULATOR: url, FINGERPRINT: fingerprint, TOKEN: token }
  const env = { ...process.env, ...given, PASSWORD: password }
  try {
    await run(program, [...args, `${here}runtime-calls.mjs`], { env, timeout: 60_000 })
    return { name: 'calls', passed: true }
  } catch (error) {
    return { name: 'calls', passed: false, detail: error.stderr || String(error) }
  }
}
