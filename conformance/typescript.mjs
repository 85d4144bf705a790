import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))
const project = `${here}typed-calls.json`
/** What the types of 80 calls may cost a compiler. */
const limit = 2000

/** Each TypeScript that is supported; its run compiles the client's typed calls. */
export const compilers = ['typescript59', 'typescript6', 'typescript7'].map((name) => {
  const folder = `${here}node_modules/${name}`
  const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
  return { name: `TypeScript ${version}`, run: () => compile(`${folder}/bin/tsc`) }
})

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
