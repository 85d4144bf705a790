import { failed, faultText, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Rights } from '../access/rights.js'
import type { CallContext } from '../context.js'
import { randomMac } from '../guest/random-mac.js'
import type { ReadonlyGuestConfig } from '../guest/config-file.js'
import { formatProperties } from '../guest/property-string.js'
import { randomUUID } from 'node:crypto'
import { changeConfig, optionList, type ConfigChange } from './change-config.js'
import { requireHookscript } from '../guest/hookscript.js'
import { clampCpuUnits, textParameters, type Parameters } from '../guest/parameters.js'
import { checkDriveParameters, resolveCdromAlias } from './drive-parameters.js'
import { checkStorageAccess } from './drive-access.js'
import { readNetwork } from './network.js'
import { replicationCheck } from './replicable-drive.js'
import { requireBridgeRights, requireCpuModelRights, requireOptionRights } from './option-rights.js'
import { requireRootFor } from '../guest/root-options.js'
import { requireSshKeys } from '../guest/ssh-keys.js'
import { memoryOf } from './vm-config.js'
import { isVmOption, vmOption } from './vm-options.js'
import { requireUnlocked, type Vm } from './vm.js'
import { jobOfCall, jobOfTask, type VmJob } from './vm-job.js'

export const updateConfig: Handler = handle(
  'PUT',
  '/nodes/{node}/qemu/{vmid}/config',
  async (context) => {
    const update = prepareUpdate(context, context.params)
    await update.vm.locked(() => update.run(update.job))
  },
)

export const updateConfigInBackground: Handler = handle(
  'POST',
  '/nodes/{node}/qemu/{vmid}/config',
  async (context) => {
    const { background_delay: delay, ...params } = context.params
    const { vm, job, run } = prepareUpdate(context, params)
    const upid = context.startTask('qmconfig', vm.vmid, (task) =>
      vm.locked(
        async () => {
          await task.sleep(taskDuration)
          run(jobOfTask(job, task))
        },
        { log: (line) => task.log(line) },
      ),
    )
    return delay === undefined ? upid : outcomeWithin(context, { upid, seconds: Number(delay), vm })
  },
)

export const unlinkDisks: Handler = handle(
  'PUT',
  '/nodes/{node}/qemu/{vmid}/unlink',
  async (context) => {
    const { idlist, ...params } = context.params
    const update = prepareUpdate(context, { ...params, delete: idlist })
    await update.vm.locked(() => update.run(update.job))
  },
)

/** Milliseconds that a change takes when it runs as a task. */
const taskDuration = 200

interface PreparedUpdate {
  readonly vm: Vm
  readonly job: VmJob
  readonly run: (job: VmJob) => void
}

/** Everything that is checked before the machine is touched. API2/Qemu.pm: $update_vm_api */
function prepareUpdate(
  context: CallContext<unknown>,
  given: Readonly<Record<string, unknown>>,
): PreparedUpdate {
  const { cluster, node, rights } = context
  const { node: _node, vmid: id, digest, ...rest } = textParameters(given)
  const { 'import-working-storage': workingStorage, ...logged } = rest
  const { skiplock, delete: deleted, revert: reverted, force, ...params } = logged
  const vmid = Number(id)
  const vm = cluster.qemu(node, vmid)

  requireRootFor(context.user, { skiplock })
  requireSshKeys(params.sshkeys)
  if (params.cpuunits !== undefined) params.cpuunits = clampCpuUnits(params.cpuunits)
  if (!isGiven(deleted) && !isGiven(reverted) && Object.keys(params).length === 0) {
    throw failed('no options specified')
  }
  resolveCdromAlias(params)
  const reverts = checkReverts(reverted, params)
  const deletions = checkDeletions(deleted, { params, reverts })
  checkDriveParameters(params, {
    cluster,
    node: vm.node,
    require: replicationCheck(cluster, vmid),
  })
  completeParameters(params, context)
  requireOptionRights([...deletions, ...Object.keys(params)], { rights, vmid })
  checkStorageAccess(params, { cluster, rights, vmid, workingStorage })
  requireBridgeRights(params, { rights, config: cluster.config })

  const request = { vm, rights, params, deletions, reverts, digest, skiplock: skiplock === '1' }
  checkPresent(request)
  return {
    vm,
    job: jobOfCall(context, vm),
    run(job) {
      const change = checkPresent(request)
      job.log(`update VM ${vmid}: ${describe(logged)}`)
      changeConfig(job, { ...change, force: force === '1', workingStorage })
    },
  }
}

interface UpdateRequest {
  readonly vm: Vm
  readonly rights: Rights
  readonly params: Parameters
  readonly deletions: readonly string[]
  readonly reverts: readonly string[]
  readonly digest: string | undefined
  readonly skiplock: boolean
}

/** Checks the request against what is stored now, and says what it comes to. $load_and_check_config */
function checkPresent({
  vm,
  rights,
  params: given,
  deletions,
  reverts,
  digest,
  skiplock,
}: UpdateRequest): Omit<ConfigChange, 'force' | 'workingStorage'> {
  const { main, pending } = vm.config
  if (isGiven(digest) && digest !== vm.digest) {
    throw failed('checksum mismatch (file change by other user?)')
  }
  requireCpuModelRights(given.cpu, { rights, present: main.get('cpu') })
  const isDroppingState = deletions.includes('vmstate') && main.get('lock') === 'suspended'
  if (!skiplock && !isDroppingState) requireUnlocked(main)
  const kept = reverts.filter((name) => main.has(name))
  const params = {
    ...given,
    ...Object.fromEntries(kept.map((name) => [name, main.get(name) ?? ''])),
  }
  requireFittingBalloon(params, vm.config)

  const dropped = reverts.filter((name) => !main.has(name) && pending.has(name))
  const leftovers = ['runningmachine', 'runningcpu', 'running-nets-host-mtu']
  return {
    params,
    deletions: [
      ...deletions,
      ...(isDroppingState ? ['lock'] : []),
      ...(deletions.includes('vmstate') ? leftovers.filter((name) => main.has(name)) : []),
      ...dropped,
    ],
  }
}

function requireFittingBalloon(params: Parameters, { main, pending }: ReadonlyGuestConfig): void {
  if (!isGiven(params.memory) && params.balloon === undefined) return
  const memory = params.memory ?? pending.get('memory') ?? main.get('memory')
  const balloon = params.balloon ?? pending.get('balloon') ?? main.get('balloon')
  const most = memoryOf(new Map(memory === undefined ? [] : [['memory', memory]]))
  if (Number(balloon ?? 0) > most) {
    throw failed('balloon value too large (must be smaller than assigned memory)')
  }
}

function checkReverts(text: string | undefined, params: Parameters): string[] {
  const reverts = optionList(text)
  for (const name of reverts) {
    if (!isVmOption(name)) throw invalidParameters({ revert: `unknown option '${name}'` })
    if (params[name] !== undefined) {
      throw invalidParameters({
        delete: `you can't use '-${name}' and -revert ${name}' at the same time`,
      })
    }
  }
  return reverts
}

function checkDeletions(
  text: string | undefined,
  { params, reverts }: { params: Parameters; reverts: readonly string[] },
): string[] {
  const deletions = optionList(text)
  for (const name of deletions) {
    if (params[name] !== undefined) {
      throw invalidParameters({
        delete: `you can't use '-${name}' and -delete ${name}' at the same time`,
      })
    }
    if (reverts.includes(name)) {
      throw invalidParameters({
        revert: `you can't use '-delete ${name}' and -revert ${name}' at the same time`,
      })
    }
    if (!isVmOption(name)) throw invalidParameters({ delete: `unknown option '${name}'` })
  }
  return deletions
}

/** Fills in what the caller leaves to the server. */
function completeParameters(params: Parameters, { cluster, node }: CallContext<unknown>): void {
  for (const [name, value] of Object.entries(params)) {
    if (/^net\d+$/.test(name)) params[name] = withMac(value, () => randomMac(cluster.config))
    else if (name === 'vmgenid' && value === '1') params[name] = randomUUID()
    else if (name === 'hookscript') {
      try {
        requireHookscript(value, { cluster, node })
      } catch (error) {
        throw invalidParameters({ [name]: `${faultText(error)}\n` })
      }
    }
  }
}

/** A network device with a hardware address, in its final spelling. Network.pm: parse_net, print_net */
export function withMac(value: string, draw: () => string): string {
  const device = readNetwork(value)
  device.macaddr ??= draw()
  return formatProperties(device, vmOption('net0')?.propertyString ?? {})
}

/** Parameters as the log of a task shows them. */
function describe(params: Parameters): string {
  return Object.keys(params)
    .toSorted()
    .map((name) => `-${name} ${name === 'cipassword' ? '<hidden>' : (params[name] ?? '')}`)
    .join(' ')
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== '' && text !== '0'
}

/** Null when the task ends well in time, its identifier when it goes on. */
async function outcomeWithin(
  { cluster, clock }: CallContext<unknown>,
  { upid, seconds, vm }: { upid: string; seconds: number; vm: Vm },
): Promise<string | null> {
  const { tasks } = cluster.state
  const end = clock.now() + seconds * 1000
  while (tasks.isRunning(upid) && clock.now() < end) await clock.sleep(100)
  if (tasks.isRunning(upid)) return upid
  const status = tasks.get(upid)?.exitStatus ?? 'unexpected status'
  if (status === 'OK' || status.startsWith('WARNINGS')) return null
  throw failed(`failed to update VM ${vm.vmid}: ${status}`)
}
