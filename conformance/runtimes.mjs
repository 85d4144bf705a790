import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { runSession } from './run-session.mjs'

const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))
const modules = `${here}node_modules`
const system = `${process.platform}-${process.arch}`

/** What runs JavaScript, as the npm registry has it; the package of another system is not installed. */
const runtimes = [
  { name: 'Node.js', program: process.execPath, args: [] },
  { name: 'Node.js', program: `${modules}/node22/bin/node`, args: [] },
  { name: 'Node.js', program: `${modules}/node24/bin/node`, args: [] },
  { name: 'Bun', program: `${modules}/@oven/bun-${system}/bin/bun`, args: [] },
  { name: 'Deno', program: `${modules}/@deno/${system}-glibc/deno`, args: ['run', '--allow-all'] },
]

/** Runs programs with the client on each; resolves to one row for each that is there. */
export async function callFromRuntimes(start) {
  const rows = []
  for (const { name, program, args } of runtimes.filter((each) => existsSync(each.program))) {
    const simulator = await start()
    const { url, fingerprint, token, password } = simulator
    const env = {
      ...process.env,
      URL_OF_SIMULATOR: url,
      FINGERPRINT: fingerprint,
      TOKEN: token,
      PASSWORD: password,
    }
    try {
      const { stdout } = await run(program, ['--version'])
      const [version] = /\d+\.\d+\.\d+/.exec(stdout) ?? ['?']
      const session = [program, ...args, `${here}runtime-session.mjs`]
      rows.push({
        runtime: `${name} ${version}`,
        results: [await call(program, args, env), ...(await runSession(session, simulator))],
      })
    } finally {
      await simulator.stop()
    }
  }
  return rows
}

async function call(program, args, env) {
  try {
    await run(program, [...args, `${here}runtime-calls.mjs`], { env, timeout: 60_000 })
    return { name: 'calls', passed: true }
  } catch (error) {
    return { name: 'calls', passed: false, detail: error.stderr || String(error) }
  }
}
