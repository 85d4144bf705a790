import { fileURLToPath } from 'node:url'
import { writeFileSync } from 'node:fs'
import ts from 'typescript'
import { table, whole } from './report.mjs'
import { compare } from './rounds.mjs'

// The same calls by each client, and the place at which an editor is asked for what may follow.
const ours = editor(
  'ours.ts',
  `import { createClient } from '@proxkit/client'
const pve = createClient({ host: 'pve1', auth: { token: 'root@pam!ci=secret' } })
export const run = async (): Promise<unknown> => {
  for (const { node } of await pve.nodes.get()) {
    for (const { vmid } of await pve.nodes(node).qemu.get({ full: true })) {
      const { name, memory } = await pve.nodes(node).qemu(vmid).config.get()
      console.log(name, memory)
      await pve.nodes(node).qemu(vmid).status.start.post()
    }
  }
  return pve.nodes('pve1').qemu(100)./*here*/config.get()
}
`,
)
const theirs = editor(
  'theirs.ts',
  `import proxmoxApi from 'proxmox-api'
const pve = proxmoxApi({ host: 'pve1', tokenID: 'root@pam!ci', tokenSecret: 'secret' })
export const run = async (): Promise<unknown> => {
  for (const { node } of await pve.nodes.$get()) {
    for (const { vmid } of await pve.nodes.$(node).qemu.$get({ full: true })) {
      const { name, memory } = await pve.nodes.$(node).qemu.$(vmid).config.$get()
      console.log(name, memory)
      await pve.nodes.$(node).qemu.$(vmid).status.start.$post()
    }
  }
  return pve.nodes.$('pve1').qemu.$(100)./*here*/config.$get()
}
`,
)

const first = [ours.complete(), theirs.complete()]
const latency = await compare({
  rounds: 15,
  ours: () => Promise.resolve(ours.complete()),
  theirs: () => Promise.resolve(theirs.complete()),
})
const counts = [ours.instantiations(), theirs.instantiations()]

const text = `# The client's types beside others

TypeScript ${ts.version}, Node.js ${process.version}: the same six calls, checked, and completed in the middle of the last one after each change of the file. Milliseconds are of processor time, medians of 15 rounds in turn; ratios below 1 are less work than theirs.

${table([
  ['', 'Proxkit', 'proxmox-api', 'ratio'],
  ['type instantiations', ...counts.map(whole), (counts[0] / counts[1]).toFixed(2)],
  ['first completion, ms', ...first.map(whole), (first[0] / first[1]).toFixed(2)],
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

/** A language server for one file, as an editor has it. */
function editor(name, source) {
  const file = fileURLToPath(new URL(name, import.meta.url))
  let version = 0
  const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
  }
  const current = () => source.replace('return', `${' '.repeat(version % 2)}return`)
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: (asked) => (asked === file ? String(version) : '0'),
    getScriptSnapshot: (asked) => {
      const text = asked === file ? current() : ts.sys.readFile(asked)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => fileURLToPath(new URL('.', import.meta.url)),
    getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
    fileExists: (asked) => asked === file || ts.sys.fileExists(asked),
    readFile: (asked) => (asked === file ? current() : ts.sys.readFile(asked)),
    readDirectory: (...given) => ts.sys.readDirectory(...given),
    directoryExists: (asked) => ts.sys.directoryExists(asked),
    realpath: (asked) => ts.sys.realpath(asked),
  })
  return {
    /** Milliseconds of processor time from a change until the names that may follow are there. */
    complete() {
      version += 1
      const position = current().indexOf('/*here*/')
      const before = process.cpuUsage()
      const found = service.getCompletionsAtPosition(file, position, {})
      const { user, system } = process.cpuUsage(before)
      const names = found?.entries.map((entry) => entry.name) ?? []
      if (!names.includes('config')) throw new Error(`${name}: config is not offered`)
      return (user + system) / 1000
    },
    instantiations() {
      const errors = service.getSemanticDiagnostics(file)
      const [error] = errors
      if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'))
      return service.getProgram().getInstantiationCount()
    },
  }
}
