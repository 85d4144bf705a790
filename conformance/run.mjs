import { Report } from './report.mjs'
import { runs } from './runs.mjs'

/** Words that a client's name must have one of; without any all are run, and the results are kept. */
const words = process.argv.slice(2)
const chosen = words.length === 0 ? runs : runs.filter(({ client }) => isMeant(client))

const report = new Report()
const reasons = new Map()
for (const { client, on, missing, run, isListed } of chosen) {
  // Some take minutes.
  console.error(`${client} (${on.seed})`)
  const row = { seed: on.seed, client, isListed }
  // Several runs need the same.
  if (missing && !reasons.has(missing)) reasons.set(missing, await missing())
  const reason = reasons.get(missing)
  if (reason === undefined) report.add(row, await resultsOf(on, run))
  else report.skip(row, reason)
}
report.print()
if (words.length === 0) report.write()
process.exitCode = report.hasFailures ? 1 : 0

function isMeant(client) {
  return words.some((word) => client.toLowerCase().includes(word.toLowerCase()))
}

async function resultsOf(on, run) {
  const started = await on.start()
  const results = []
  try {
    results.push(...(await run(started)))
  } catch (error) {
    results.push({ name: 'is run', passed: false, detail: String(error.stack ?? error) })
  }
  const code = await started.stop()
  const end = { name: 'what it ran on ends with code 0', passed: false, detail: `found ${code}` }
  return code === 0 ? results : [...results, end]
}
