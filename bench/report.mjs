import { cpus } from 'node:os'

/** The results as Markdown. */
export function report({ rows, ready, bareNode, driverBusy }) {
  const [cpu] = cpus()
  const cells = [
    ['', 'Proxkit', 'beside it', 'ratio', 'target'],
    ...rows.map(({ name, ours, theirs, unit, ratio, target }) => [
      name,
      `${whole(ours)} ${unit}`,
      `${whole(theirs)} ${unit}`,
      `**${ratio.toFixed(2)}**`,
      String(target),
    ]),
  ]
  return `# Results

Machine: ${cpu?.model.trim() ?? 'unknown'}, ${cpus().length} cores; Node.js ${process.version}.

${table(cells)}

The simulator stands beside a bare \`node:http\` server in a process of its own that answers with the same body, and a call with an API token beside the same call with a ticket; the client beside an undici \`Pool\` that makes the same requests of that server. Servers are kept on one core and the process that sends the requests on another, where the system allows; rounds of both take turns; figures are medians, ratios the median of the rounds' own ratios. That process was busy ${Math.round(driverBusy * 100)} % of the time at most.

The simulator (HTTPS, seed \`lab\`) says where it listens **${Math.round(ready)} ms** after its process was started; target at most 400 ms. Node.js itself takes ${Math.round(bareNode)} ms of it here, for a program that does nothing.
`
}

/** Columns of one width, as the formatter of the repository wants them. */
export function table([head, ...body]) {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...body].map((row) => row[column].length), 3),
  )
  const line = (row, fill) =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i], fill)).join(' | ')} |`
  const rule = line(
    head.map(() => ''),
    '-',
  )
  return [line(head), rule, ...body.map((row) => line(row))].join('\n')
}

export function whole(value) {
  return Math.round(value).toLocaleString('en')
}
