import { startSimulator } from '../scripts/dist/simulator-process.js'
import { checkOpenapi } from './openapi.mjs'
import { preparePython } from './python.mjs'
import { Report } from './report.mjs'

const given = process.argv[2] ?? '10'
const cases = Number(given)
if (!Number.isInteger(cases) || cases < 1) {
  console.error(`conformance: '${given}' is no number of cases per operation; give one from 1 up`)
  process.exit(2)
}
const report = new Report()
const row = { seed: 'lab', client: 'schemathesis, at the gateway' }
const missing = await preparePython()
if (missing === undefined) {
  const simulator = await startSimulator(['--speed', '20'])
  try {
    const groups = await checkOpenapi(simulator, { cases })
    for (const { name, results, output } of groups) {
      if (output !== undefined) console.log(output)
      report.add({ ...row, client: `${row.client}, ${name}` }, results)
    }
    console.table(
      groups.map(({ name, results, ...counts }) => ({
        calls: name,
        operations: results.length,
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
  report.skip(row, missing)
}
report.print()
process.exitCode = report.hasFailures ? 1 : 0
