import { startSimulator } from '../scripts/dist/simulator-process.js'
import { addOpenapi, checkOpenapi } from './openapi.mjs'
import { preparePython } from './python.mjs'
import { Report } from './report.mjs'

const given = process.argv[2] ?? '10'
const cases = Number(given)
if (!Number.isInteger(cases) || cases < 1) {
  console.error(`conformance: '${given}' is no number of cases per operation; give one from 1 up`)
  process.exit(2)
}
const report = new Report()
const missing = await preparePython()
if (missing === undefined) {
  const simulator = await startSimulator(['--speed', '20'])
  try {
    const groups = await checkOpenapi(simulator, { cases })
    addOpenapi(report, groups)
    const called = groups.filter(({ skipped }) => skipped === undefined)
    console.table(
      called.map(({ name, results, ...counts }) => ({
        calls: name,
        operations: counts.operations,
        cases: counts.cases,
        accepted: counts.accepted,
        'with findings': results.filter(({ passed }) => !passed).length,
        seconds: counts.seconds,
      })),
    )
  } finally {
    await simulator.stop()
  }
} else {
  report.skip({ seed: 'lab', client: 'schemathesis, at the gateway' }, missing)
}
report.print()
process.exitCode = report.hasFailures ? 1 : 0
