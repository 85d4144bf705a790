import { writeFileSync } from 'node:fs'
import ts from 'typescript'
import { editors } from './editors.mjs'
import { table, whole } from './report.mjs'
import { compare } from './rounds.mjs'
import { runProgram } from './start-program.mjs'

const firstOf = async (client) => {
  const { printed } = await runProgram('programs/first-completion.mjs', { env: { CLIENT: client } })
  return printed.milliseconds
}
const first = await compare({
  rounds: 5,
  ours: () => firstOf('ours'),
  theirs: () => firstOf('theirs'),
})

const ours = editors.ours()
const theirs = editors.theirs()
const latency = await compare({
  rounds: 41,
  ours: () => Promise.resolve(ours.complete()),
  theirs: () => Promise.resolve(theirs.complete()),
})
const counts = [ours.instantiations(), theirs.instantiations()]

const text = `# The client's types beside others

TypeScript ${ts.version}, Node.js ${process.version}: the same six calls, checked, and completed in the middle of the last one. The first completion is that of a new process, which reads everything; the others follow a change of the file. Milliseconds are of processor time, medians of 5 and 41 rounds in turn; ratios below 1 are less work than theirs.

${table([
  ['', 'Proxkit', 'proxmox-api', 'ratio'],
  ['type instantiations', ...counts.map(whole), (counts[0] / counts[1]).toFixed(2)],
  ['first completion, ms', whole(first.ours), whole(first.theirs), first.ratio.toFixed(2)],
  [
    'completion after a change, ms',
    latency.ours.toFixed(1),
    latency.theirs.toFixed(1),
    latency.ratio.toFixed(2),
  ],
])}
`
console.log(text)
writeFileSync(new URL('RESULTS-types.md', import.meta.url), text)
