import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { startSimulator } from '../scripts/dist/simulator-process.js'
import { drive } from './drive.mjs'

// What a simulator takes of the machine: after its start, while it answers very many requests, and while a file comes.
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    upload: { type: 'string', default: '2048' },
  },
})
const mebibytes = Number(values.upload)
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
const beforeUpload = residentSize()
const upload = await uploadFile(mebibytes)
await simulator.stop()

// What the process once took for its youngest objects it may keep; what counts is that it takes no more.
const growth = sizes.at(-1) - sizes[Math.floor(sizes.length / 2)]
console.log(
  `\n${start} MiB after the start (target below 100); in the second half ${growth} MiB more`,
)
const extra = upload.most - beforeUpload
console.log(
  `an upload of ${mebibytes} MiB in ${upload.seconds.toFixed(1)} s, answered with ${upload.status}: at most ${extra} MiB more (target below 32)`,
)
process.exitCode = start < 100 && growth < 10 && upload.status === 200 && extra < 32 ? 0 : 1

/** Sends an image as a form and watches the memory of the simulator meanwhile. */
async function uploadFile(size) {
  const part = (disposition) => `--b\r\nContent-Disposition: form-data; ${disposition}\r\n`
  const head = `${part('name="content"')}\r\niso\r\n${part('name="filename"; filename="big.iso"')}\r\n`
  const tail = '\r\n--b--\r\n'
  const mebibyte = Buffer.alloc(2 ** 20)
  let most = 0
  const started = performance.now()
  const call = request(`${simulator.url}/api2/json/nodes/pve1/storage/local/upload`, {
    method: 'POST',
    headers: {
      ...headers,
      'Content-Type': 'multipart/form-data; boundary=b',
      'Content-Length': head.length + size * mebibyte.length + tail.length,
    },
  })
  const answered = once(call, 'response')
  await pipeline(async function* () {
    yield head
    for (let sent = 0; sent < size; sent += 1) {
      if (sent % 64 === 0) most = Math.max(most, residentSize())
      yield mebibyte
    }
    yield tail
  }, call)
  const [{ statusCode: status }] = await answered
  return {
    status,
    most: Math.max(most, residentSize()),
    seconds: (performance.now() - started) / 1000,
  }
}

function residentSize() {
  const kibibytes = execFileSync('ps', ['-o', 'rss=', '-p', String(simulator.pid)], {
    encoding: 'utf8',
  })
  return Math.round(Number(kibibytes) / 1024)
}

function show(count, size) {
  console.log(`${count.toLocaleString('en').padStart(10)}  ${size} MiB`)
}
