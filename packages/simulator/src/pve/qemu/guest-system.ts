import { basename } from 'node:path/posix'
import type { Cluster } from '../cluster.js'
import type { ProcessScript } from '../guest/behaviour.js'
import type { GuestProcess, GuestSystem } from '../state.js'
import type { Vm } from './vm.js'

/** The inside of a machine that runs, for someone who may change it; made when it is first asked for. */
export function guestSystem(cluster: Cluster, vm: Vm): GuestSystem | undefined {
  const run = vm.run
  if (!run) return undefined
  const system = run.system ?? { isFrozen: false, files: {}, processes: [], nextPid: 1000 }
  cluster.state.guests.set(vm.vmid, { ...run, system })
  return system
}

/** The host name that the guest has: that of the machine, up to the first dot. */
export function hostName(vm: Vm): string {
  return (vm.config.main.get('name') ?? `VM${vm.vmid}`).replace(/\..*/, '')
}

/** A file of the guest, as bytes; undefined when there is none. */
export function readGuestFile(
  { cluster, system, vm }: { cluster: Cluster; system: GuestSystem; vm: Vm },
  path: string,
): Buffer | undefined {
  const written = system.files[path]
  if (written !== undefined) return Buffer.from(written, 'base64')
  const scripted = cluster.state.behaviours.get(vm.vmid)?.files?.[path]
  if (scripted !== undefined) return Buffer.from(scripted)
  if (path === '/etc/hostname') return Buffer.from(`${hostName(vm)}\n`)
  return path === '/etc/os-release' ? Buffer.from(osRelease) : undefined
}

/** All files of a machine that are known, in Base64 by path. */
export function guestFiles(vm: Vm): Readonly<Record<string, string>> {
  const usual = { '/etc/hostname': `${hostName(vm)}\n`, '/etc/os-release': osRelease }
  const encoded = Object.entries(usual).map(([path, text]) => [
    path,
    Buffer.from(text).toString('base64'),
  ])
  return { ...Object.fromEntries(encoded), ...vm.run?.system?.files }
}

export const guestOs = {
  id: 'debian',
  name: 'Debian GNU/Linux',
  'pretty-name': 'Debian GNU/Linux 13 (trixie)',
  version: '13 (trixie)',
  'version-id': '13',
  machine: 'x86_64',
  'kernel-release': '6.12.0-1-amd64',
  'kernel-version': '#1 SMP',
} as const

const osRelease = [
  `PRETTY_NAME="${guestOs['pretty-name']}"`,
  `NAME="${guestOs.name}"`,
  `VERSION_ID="${guestOs['version-id']}"`,
  `VERSION="${guestOs.version}"`,
  `ID=${guestOs.id}`,
  '',
].join('\n')

interface Command {
  readonly cluster: Cluster
  readonly system: GuestSystem
  readonly vm: Vm
  readonly words: readonly string[]
  readonly input: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Runs a command in the guest. What is scripted and a few more are known; every other one ends well and prints nothing. */
export function runInGuest(command: Command): GuestProcess {
  const { out = '', err = '', exitCode = 0, seconds = 0 } = outcomeOf(command)
  const { system, now } = command
  const process = { pid: system.nextPid, end: now + seconds * 1000, exitCode, out, err }
  system.nextPid += 1
  system.processes.push(process)
  return process
}

function outcomeOf(command: Command): ProcessScript {
  const { cluster, vm, words } = command
  const script = cluster.state.behaviours.get(vm.vmid)?.exec?.[words.join(' ')]
  if (script !== undefined) return typeof script === 'string' ? { out: script } : script
  const [program = '', ...rest] = words
  return programs[basename(program)]?.({ ...command, words: rest }) ?? {}
}

const programs: Readonly<Record<string, (command: Command) => ProcessScript>> = {
  cat: printFiles,
  echo: ({ words }) => ({ out: `${words.join(' ')}\n` }),
  exit: ({ words }) => ({ exitCode: Number(words[0] ?? 0) & 255 }),
  false: () => ({ exitCode: 1 }),
  hostname: ({ vm }) => ({ out: `${hostName(vm)}\n` }),
  sh: runScript,
  bash: runScript,
  sleep: ({ words }) => ({ seconds: Number.parseFloat(words[0] ?? '0') || 0 }),
  uname: ({ words, vm }) => ({ out: systemName(words, vm) }),
  whoami: () => ({ out: 'root\n' }),
}

function printFiles({ cluster, system, vm, words, input }: Command): ProcessScript {
  if (words.length === 0) return { out: input }
  let out = ''
  let err = ''
  for (const path of words) {
    const content = readGuestFile({ cluster, system, vm }, path)
    if (content) out += content.toString('latin1')
    else err += `cat: ${path}: No such file or directory\n`
  }
  return { out, err, exitCode: err === '' ? 0 : 1 }
}

/** `sh -c 'one command'`: quotes keep words together, nothing else of a shell is known. */
function runScript(command: Command): ProcessScript {
  const [option, script] = command.words
  if (option !== '-c' || script === undefined) return {}
  const words = Array.from(script.matchAll(/"([^"]*)"|'([^']*)'|[^\s"']+/g), (match) => {
    const [word, double, single] = match
    return double ?? single ?? word
  })
  return outcomeOf({ ...command, words })
}

function systemName(words: readonly string[], vm: Vm): string {
  if (words.includes('-a')) {
    const { 'kernel-release': release, 'kernel-version': version, machine } = guestOs
    return `Linux ${hostName(vm)} ${release} ${version} ${machine} GNU/Linux\n`
  }
  return words.includes('-r') ? `${guestOs['kernel-release']}\n` : 'Linux\n'
}
