import { cpus } from 'node:os'
import { table, whole } from './report.mjs'

/** What the client costs, as Markdown. */
export function reportClient({ rows, extra, heap, load }) {
  const [cpu] = cpus()
  const cells = [
    ['', 'Proxkit', 'beside it', 'ratio', 'target'],
    ...rows.map(({ name, ours, theirs, unit, ratio, target }) => [
      name,
      `${whole(ours)} ${unit}`,
      `${whole(theirs)} ${unit}`,
      `**${ratio.toFixed(2)}**`,
      target,
    ]),
  ]
  const heaps = [
    ['heap after import', 'MB'],
    ...heap.map(([module, megabytes]) => [module, megabytes.toFixed(1)]),
  ]
  return `# The client beside others

Machine: ${cpu?.model.trim() ?? 'unknown'}, ${cpus().length} cores; Node.js ${process.version}; load average ${load.toFixed(1)} before the run. All over TLS, to one bare server in a process of its own; rounds of both sides take turns, figures are medians, ratios the median of the rounds' own ratios.

${table(cells)}

The upload took **${whole(extra)} MiB** of memory beyond what the process had before; target 64 MiB.

${table(heaps)}
`
}
