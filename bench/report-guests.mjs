import { cpus } from 'node:os'
import { table, whole } from './report.mjs'

/** What work on guests costs, as Markdown. */
export function reportGuests(rows) {
  const [cpu] = cpus()
  const cells = [
    ['', 'Proxkit', 'beside it', 'ratio', 'target'],
    ...rows.map(({ name, ours, theirs, unit, ratio, target, note }) => [
      name,
      `**${figure(ours, unit)}**${note ? `, ${note}` : ''}`,
      figure(theirs, unit),
      ratio.toFixed(2),
      target,
    ]),
  ]
  return `# Guests

Machine: ${cpu?.model.trim() ?? 'unknown'}, ${cpus().length} cores; Node.js ${process.version}. The simulator's clock is the one on which nobody waits. Beside it stands a bare server in a process of its own that sends the same bytes to the same client, and so has it open a connection for each call that a node's privileged daemon answers; rounds of both sides take turns, figures are medians, ratios the median of the rounds' own ratios.

${table(cells)}
`
}

function figure(value, unit) {
  return `${unit === 'ms' ? value.toFixed(2) : whole(value)} ${unit}`
}
