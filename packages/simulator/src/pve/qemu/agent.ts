import { failed } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { CallContext } from '../context.js'
import { agentAnswers, isAgentCommand, type Guest } from './agent-answers.js'
import { agentOrders, agentQueries, type AgentCommand } from './agent-commands.js'
import { doesAgentAnswer } from './agent-state.js'
import { readGuestFile, runInGuest, guestSystem } from './guest-system.js'
import { endMachine } from './machine-process.js'
import { shutdownTimeOf } from './stop-vm.js'

/** Commands to the guest agent. qemu-server API2/Qemu/Agent.pm */
export const agentHandlers: readonly Handler[] = [
  ...agentQueries.map((command) =>
    handle('GET', `/nodes/{node}/qemu/{vmid}/agent/${command}`, (context) =>
      ask(context, context.params, command),
    ),
  ),
  ...agentOrders.map((command) =>
    handle('POST', `/nodes/{node}/qemu/{vmid}/agent/${command}`, (context) =>
      ask(context, context.params, command),
    ),
  ),
  handle('POST', '/nodes/{node}/qemu/{vmid}/agent', (context) => {
    const { params } = context
    return isAgentCommand(params.command) ? ask(context, params, params.command) : undefined
  }),
  handle('POST', '/nodes/{node}/qemu/{vmid}/agent/set-user-password', (context) => {
    requireAgent(context, context.params)
    return { result: {} }
  }),
  handle('POST', '/nodes/{node}/qemu/{vmid}/agent/exec', (context) => {
    const { params, clock } = context
    const guest = requireAgent(context, params)
    const input = params['input-data'] ?? ''
    const { pid } = runInGuest({ ...guest, words: params.command, input, now: clock.now() })
    return { pid }
  }),
  handle('GET', '/nodes/{node}/qemu/{vmid}/agent/exec-status', (context) =>
    processStatus(requireAgent(context, context.params), Number(context.params.pid)),
  ),
  handle('GET', '/nodes/{node}/qemu/{vmid}/agent/file-read', (context) =>
    readFile(requireAgent(context, context.params), context.params),
  ),
  handle('POST', '/nodes/{node}/qemu/{vmid}/agent/file-write', (context) => {
    const { file, content, encode = '1' } = context.params
    const bytes = encode === '1' ? bytesOf(content) : Buffer.from(content, 'base64')
    requireAgent(context, context.params).system.files[file] = bytes.toString('base64')
  }),
]

type Target = { readonly vmid: string }

function ask(
  context: CallContext<unknown>,
  target: Target,
  command: AgentCommand,
): { result: unknown } {
  const guest = requireAgent(context, target)
  if (command === 'shutdown' || command === 'suspend-disk') void powerOff(guest)
  const scripted = context.cluster.state.behaviours.get(guest.vm.vmid)?.agent?.[command]
  return { result: scripted ?? agentAnswers[command](guest) }
}

/** Agent.pm: assert_agent_available */
function requireAgent({ cluster, node }: CallContext<unknown>, { vmid }: Target): Guest {
  const vm = cluster.qemu(node, Number(vmid))
  const { main } = vm.config
  if (!main.has('agent')) throw failed('No QEMU guest agent configured')
  const system = guestSystem(cluster, vm)
  if (!system) throw failed(`VM ${vmid} is not running`)
  if (!doesAgentAnswer(cluster, vm)) throw failed('QEMU guest agent is not running')
  return { cluster, vm, system }
}

/** The guest goes down by itself, after the answer. */
async function powerOff({ cluster, vm }: Guest): Promise<void> {
  const { pid } = vm.run ?? {}
  const needed = shutdownTimeOf({ cluster, vm })
  if (needed === Infinity) return
  await cluster.clock.sleep(needed)
  if (cluster.state.guests.get(vm.vmid)?.pid === pid) endMachine(cluster, vm.vmid)
}

function processStatus({ cluster, system }: Guest, pid: number): Record<string, unknown> {
  const { processes } = system
  const index = processes.findIndex((process) => process.pid === pid)
  const process = processes[index]
  if (!process) throw failed("Agent error: Invalid parameter 'pid'")
  if (process.end > cluster.clock.now()) return { exited: 0 }
  // Whoever asks takes the result away.
  processes.splice(index, 1)
  const { exitCode, out, err } = process
  return {
    exited: 1,
    exitcode: exitCode,
    ...(out !== '' && { 'out-data': out }),
    ...(err !== '' && { 'err-data': err }),
  }
}

/** Bytes that are read at most. */
const readLimit = 16 * 2 ** 20

function readFile(
  guest: Guest,
  {
    file,
    count,
    offset = '0',
    decode = '1',
  }: {
    readonly file: string
    readonly count?: string
    readonly offset?: string
    readonly decode?: string
  },
): Record<string, unknown> {
  const content = readGuestFile(guest, file)
  if (!content) {
    const refusal = `failed to open file '${file}' (mode: 'r'): No such file or directory`
    throw failed(`Agent error: ${refusal}`)
  }
  const limit = count === undefined ? readLimit : Number(count)
  const bytes = content.subarray(Number(offset), Number(offset) + limit)
  // The end is only seen by whoever wants more than is left.
  const isWhole = content.length - Number(offset) < limit
  return {
    content: bytes.toString(decode === '1' ? 'latin1' : 'base64'),
    'bytes-read': bytes.length,
    ...(!isWhole && { truncated: 1 }),
  }
}

/** The characters of a text as bytes; the original knows no others here. */
function bytesOf(text: string): Buffer {
  if (/[^\0-\u00ff]/.test(text)) {
    const place = '/usr/share/perl5/PVE/API2/Qemu/Agent.pm line 623'
    throw failed(`Wide character in subroutine entry at ${place}.`)
  }
  return Buffer.from(text, 'latin1')
}
