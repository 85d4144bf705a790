import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { startSimulator } from '../scripts/dist/simulator-process.js'
import { drive } from './drive.mjs'

// What a simulator takes of the machine: after its start, and while it answers very many requests.
const { values } = parseArgs({ options: { requests: { type: 'string', default: '1000000' } } })
const requests = Number(values.requests)
if (!(Number.isInteger(requests) && requests >= 1000)) {
  throw new RangeError(`--requests ${values.requests}: give a whole number of at least 1000`)
}

const simulator = await startSimulator(['--http'])
const headers = { Authorization: `PVEAPIToken=${simulator.token}` }
const start = residentSize()
console.log(`${'requests'.padStart(10)}  resident memory`)
show(0, start)

const sizes = []
let answered = 0
for (let mark = requests / 10; mark <= requests; mark += requests / 10) {
  while (answered < mark) {
    for (const path of ['/api2/json/version', '/api2/json/nodes/pve1/qemu']) {
      const options = { path, headers, connections: 10, milliseconds: 500 }
      const { count } = await drive(simulator.url, options)
      answered += count
    }
  }
  sizes.push(residentSize())
  show(answered, sizes.at(-1))
}
await simulator.stop()

// What the process once took for its youngest objects it may keep; what counts is that it takes no more.
const growth = sizes.at(-1) - sizes[Math.floor(sizes.length / 2)]
console.log(
  `\n${start} MiB after the start (target below 100); in the second half ${growth} MiB more`,
)
process.exitCode = start < 100 && growth < 10 ? 0 : 1

function residentSize() {
  const kibibytes = execFileSync('ps', ['-o', 'rss=', '-p', String(simulator.pid)], {
    encoding: 'utf8',
  })
  return Math.round(Number(kibibytes) / 1024)
}

function show(count, size) {
  console.log(`${count.toLocaleString('en').padStart(10)}  ${size} MiB`)
}
