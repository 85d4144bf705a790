import { fileURLToPath } from 'node:url'
import ts from 'typescript'

// The same calls by each client, and the place at which an editor is asked for what may follow.
const ours = `import { createClient } from '@proxkit/client'
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
`
const theirs = `import proxmoxApi from 'proxmox-api'
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
`

/** A language server for the program of each client. */
export const editors = {
  ours: () => editor('ours.ts', ours),
  theirs: () => editor('theirs.ts', theirs),
}

/** A language server for one file, as an editor has it. */
function editor(name, source) {
  const file = fileURLToPath(new URL(name, import.meta.url))
  let version = 0
  const snapshots = new Map()
  const snapshotOf = (path) => {
    const text = snapshots.has(path) ? undefined : ts.sys.readFile(path)
    if (text !== undefined) snapshots.set(path, ts.ScriptSnapshot.fromString(text))
    return snapshots.get(path)
  }
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
    getScriptSnapshot: (asked) =>
      asked === file ? ts.ScriptSnapshot.fromString(current()) : snapshotOf(asked),
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
