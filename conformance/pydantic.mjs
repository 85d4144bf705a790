import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { interpreter } from './python.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Has Python import the emitted modules and validate with them, in the environment that has Pydantic. */
export async function importPydantic() {
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config=vitest.documents.config.ts',
    '--reporter=json',
    'packages/schema/test/documents/pydantic.test.ts',
  ]
  const output = await new Promise((resolve) => {
    const options = { cwd: root, env: { ...process.env, PYTHON: interpreter }, maxBuffer: 2 ** 26 }
    // A test that fails ends the process with a code of its own; its report tells more.
    execFile(process.execPath, args, options, (_, stdout) => resolve(stdout))
  })
  const report = JSON.parse(output.slice(output.search(/^\{/m)))
  return report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .map(({ fullName, status, failureMessages }) => ({
      name: fullName,
      // Without the vectors beside the repository what they are for is skipped; nothing else may be.
      passed: status === 'passed' || (status === 'skipped' && fullName.includes('agrees with')),
      detail: failureMessages.join('\n').slice(0, 500) || status,
    }))
}
