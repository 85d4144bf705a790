import { startSimulator } from '../scripts/dist/simulator-process.js'
import { checkOpenapi } from './openapi.mjs'
import { preparePython } from './python.mjs'
import { Report } from './report.mjs'

// A command of its own: what it makes up, and so how long it takes and what it finds, differs from machine to machine.
const report = new Report()
const row = { seed: 'lab', client: 'schemathesis, at the gateway' }
const missing = await preparePython()
if (missing === undefined) {
  const simulator = await startSimulator(['--speed', '20'])
  try {
    report.add(row, await checkOpenapi(simulator))
  } finally {
    await simulator.stop()
  }
} else {
  report.skip(row, missing)
}
report.print()
process.exitCode = report.hasFailures ? 1 : 0
