import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))
const project = `${here}typed-calls.json`
/** What the types of 80 calls may cost a compiler. */
const limit = 2000

/** Compiles the client's typed calls with each TypeScript that is supported; resolves to one row per compiler. */
export async function compileTypedCalls() {
  const rows = []
  for (const name of ['typescript59', 'typescript6', 'typescript7']) {
    const compiler = `${here}node_modules/${name}/bin/tsc`
    const { stdout: version } = await run(process.execPath, [compiler, '--version'])
    rows.push({
      version: version.trim().replace(/^Version /, ''),
      results: await compile(compiler),
    })
  }
  return rows
}

async function compile(compiler) {
  let report
  try {
    const args = [compiler, '--project', project, '--extendedDiagnostics']
    report = (await run(process.execPath, args)).stdout
  } catch (error) {
    return [{ name: 'typed calls compile', passed: false, detail: error.stdout || String(error) }]
  }
  const [, instantiations] = /^Instantiations:\s+(\d+)$/m.exec(report) ?? []
  return [
    { name: 'typed calls compile', passed: true },
    {
      name: `fewer than ${limit} instantiations`,
      passed: Number(instantiations) < limit,
      detail: `found ${instantiations}`,
    },
  ]
}
