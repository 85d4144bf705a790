import { loadDefinition, parseApidoc, verifyParameters } from '@proxkit/schema'
import { emitJsonSchema } from '@proxkit/schema/emit'
import { Ajv2020 } from 'ajv/dist/2020.js'
import findMyWay from 'find-my-way'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { table } from './report.mjs'
import { compare, median } from './rounds.mjs'

const id = { product: 'pve', version: '9.2' }
const definition = loadDefinition(id)
const methods = [...definition.methods()]

const rows = [
  rowOf('verifyParameters: 25 parameters of a VM', await compareVerification(), '0.5'),
  rowOf(`find: ${methods.length} operations`, await compareRouting(), '0.8'),
]
const { milliseconds, heap } = measureLoading()
const text = `# Results of @proxkit/schema

Machine: ${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores; Node.js ${process.version}.

${table([['', 'Proxkit', 'beside it', 'ratio', 'target'], ...rows])}

Verification stands beside Ajv with the JSON Schema that \`proxkit generate jsonschema\` prints, which leaves formats and property strings alone; \`find\` beside find-my-way with the same paths. Rounds of both take turns; ratios are the median of the rounds' own ratios.

The definition of PVE 9.2 is loaded and a path found in it within **${milliseconds.toFixed(1)} ms** and **${(heap / 2 ** 20).toFixed(1)} MiB** of heap, in a fresh process; targets 15 ms and 12 MiB.

${measureParsing()}
`
console.log(text)
writeFileSync(new URL('RESULTS-schema.md', import.meta.url), text)

async function compareVerification() {
  const params = {
    node: 'pve1',
    vmid: '100',
    acpi: '1',
    agent: 'enabled=1,type=virtio',
    args: '-no-hpet',
    balloon: '1024',
    bios: 'ovmf',
    boot: 'order=scsi0;net0',
    cores: '4',
    cpu: 'host',
    cpulimit: '2.5',
    cpuunits: '512',
    description: 'a web server',
    hotplug: 'disk,network,usb',
    ide2: 'none,media=cdrom',
    machine: 'q35',
    memory: '4096',
    name: 'web-1',
    net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1',
    numa: '0',
    onboot: '1',
    ostype: 'l26',
    scsi0: 'local-lvm:32,discard=on,iothread=1',
    scsihw: 'virtio-scsi-single',
    tags: 'prod;web',
  }
  const { parameters } = definition.method('POST', '/nodes/{node}/qemu')
  const document = emitJsonSchema(definition)
  const ajv = new Ajv2020({ strict: false })
  const validate = ajv.compile({
    ...document,
    $ref: '#/$defs/postNodesNodeQemu.parameters',
  })
  if (Object.keys(params).length !== 25) throw new Error('there are to be 25 parameters')
  if (!verifyParameters(parameters, params).ok) throw new Error('the parameters are refused')
  if (!validate(params)) throw new Error(ajv.errorsText(validate.errors))
  return compare({
    rounds: 15,
    ours: () => callsPerSecond(() => verifyParameters(parameters, params).ok),
    theirs: () => callsPerSecond(() => validate(params)),
  })
}

async function compareRouting() {
  const router = findMyWay({ caseSensitive: true, maxParamLength: 1000 })
  const calls = []
  for (const { verb, path } of methods) {
    // find-my-way wants one name for a component wherever it stands, and letters only.
    const depth = { at: 0 }
    const pattern = path.replaceAll(/\{[^}]+\}/g, () => `:p${depth.at++}`)
    try {
      router.on(verb, pattern, () => {})
    } catch (error) {
      throw new Error(`${verb} ${path}: ${error.message}`, { cause: error })
    }
    calls.push([verb, path.replaceAll(/\{[^}]+\}/g, 'x1')])
  }
  for (const [verb, path] of calls) {
    if (!definition.find(verb, path) || !router.find(verb, path)) throw new Error(`no ${path}`)
  }
  const each = (find) => () => {
    for (const [verb, path] of calls) if (!find(verb, path)) return false
    return true
  }
  return compare({
    rounds: 15,
    ours: () =>
      callsPerSecond(
        each((verb, path) => definition.find(verb, path)),
        calls.length,
      ),
    theirs: () =>
      callsPerSecond(
        each((verb, path) => router.find(verb, path)),
        calls.length,
      ),
  })
}

/** Calls for a tenth of a second; each run counts as so many calls. */
function callsPerSecond(run, calls = 1) {
  const start = performance.now()
  let count = 0
  let elapsed = 0
  while (elapsed < 100) {
    for (let turn = 0; turn < 20; turn += 1) if (!run()) throw new Error('a call failed')
    count += 20 * calls
    elapsed = performance.now() - start
  }
  return (count * 1000) / elapsed
}

function measureLoading() {
  const program = fileURLToPath(new URL('load-definition.mjs', import.meta.url))
  const results = Array.from({ length: 7 }, () =>
    JSON.parse(execFileSync(process.execPath, ['--expose-gc', program], { encoding: 'utf8' })),
  )
  return {
    milliseconds: median(results.map(({ milliseconds }) => milliseconds)),
    heap: median(results.map(({ heap }) => heap)),
  }
}

function measureParsing() {
  const file = new URL('../../shared/apidoc/pve-9.2.js.gz', import.meta.url)
  if (!existsSync(file)) {
    return 'Parsing the description of PVE 9.2 was not measured: `../shared/apidoc` is absent.'
  }
  const apidoc = gunzipSync(readFileSync(file)).toString('utf8')
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now()
    parseApidoc(apidoc, id)
    return performance.now() - start
  })
  const size = (apidoc.length / 1e6).toFixed(1)
  return `The vendor's description of PVE 9.2 (${size} MB) is parsed and normalised within **${Math.round(median(times))} ms**.`
}

function rowOf(name, { ours, theirs, ratio }, target) {
  return [
    name,
    `${rate(ours)} calls/s`,
    `${rate(theirs)} calls/s`,
    `**${ratio.toFixed(2)}**`,
    target,
  ]
}

function rate(value) {
  return Math.round(value).toLocaleString('en')
}
