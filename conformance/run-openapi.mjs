import { lab } from './environments.mjs'
import { callGroup, groups } from './openapi.mjs'
import { Report } from './report.mjs'

// More cases than every run of all conformance has, and the words of schemathesis itself where it finds something.
const given = process.argv[2] ?? '10'
const cases = Number(given)
if (!Number.isInteger(cases) || cases < 1) {
  console.error(`conformance: '${given}' is no number of cases per operation; give one from 1 up`)
  process.exit(2)
}
const report = new Report()
const table = []
for (const group of groups) {
  const row = { seed: lab.seed, client: `schemathesis, ${group.name}` }
  const reason = await group.missing()
  if (reason !== undefined) {
    report.skip(row, reason)
    continue
  }
  const started = await lab.start()
  try {
    const { results, output, ...counts } = await callGroup(group, { ...started, cases })
    if (output !== undefined) console.log(output)
    report.add(row, results)
    const found = results.filter(({ passed }) => !passed).length
    table.push({ calls: group.name, ...counts, 'with findings': found })
  } finally {
    await started.stop()
  }
}
console.table(table)
report.print()
process.exitCode = report.hasFailures ? 1 : 0
