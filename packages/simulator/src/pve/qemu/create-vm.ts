import { randomUUID } from 'node:crypto'
import { failed, faultText, permissionDenied } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Task } from '../../engine/tasks.js'
import { addGuestToPool } from '../access/guest-access.js'
import { readUserConfig } from '../access/user-config.js'
import type { CallContext } from '../context.js'
import { emptyConfig } from '../guest/config-file.js'
import { randomMac } from '../guest/random-mac.js'
import { requireTagRights, uniqueTags } from '../guest/tags.js'
import { defaultBootDevices, formatBootOrder } from './boot-order.js'
import { createDisks, removeVolumes, type LiveImport } from './create-disks.js'
import { checkStorageAccess } from './drive-access.js'
import { addHaResource } from '../guest/ha-resource.js'
import { isHaResource } from '../guest/high-availability.js'
import { setHaState } from '../guest/request-ha-state.js'
import { clampCpuUnits, textParameters, type Parameters } from '../guest/parameters.js'
import { checkDriveParameters, resolveCdromAlias } from './drive-parameters.js'
import { isDriveName } from './drive.js'
import { importLive } from './import-live.js'
import { pinMachine, qemuVersion } from './machine.js'
import { requireOnGuest } from '../guest/guest-rights.js'
import {
  requireBridgeRights,
  requireCpuModelRights,
  requireHardwareRights,
  requireOptionRights,
} from './option-rights.js'
import { findArchive, mayOverwrite, restore, type RestoreRequest } from './restore-vm.js'
import { requireSshKeys } from '../guest/ssh-keys.js'
import { startTask } from './start-vm.js'
import { withMac } from './update-config.js'
import { readVga, requireClipboardSupport } from './vga.js'
import { jobOfCall, jobOfTask, type VmJob } from './vm-job.js'
import { requireUnlocked, type Vm } from './vm.js'

export const createVm: Handler = handle('POST', '/nodes/{node}/qemu', (context) => {
  const given = textParameters(context.params)
  const {
    node: _node,
    vmid: id,
    archive = '',
    bwlimit: _bwlimit,
    force,
    pool,
    start,
    'ha-managed': haManaged,
    storage,
    unique,
    'live-restore': live,
    'import-working-storage': workingStorage,
    ...params
  } = given
  const vm = context.cluster.qemu(context.node, Number(id))
  const request: RestoreRequest = {
    vm,
    params,
    pool,
    storage,
    workingStorage,
    isStarted: start === '1',
    isHaManaged: haManaged === '1',
    archive,
    isForced: force === '1',
    isUnique: unique === '1',
    isLive: live === '1',
  }
  requireSshKeys(params.sshkeys)
  if (params.cpuunits !== undefined) params.cpuunits = clampCpuUnits(params.cpuunits)
  requireCreateRights(context, request)
  const volume = archive === '' ? undefined : findArchive(context, request)
  prepareParameters(context, request)
  reserve(context, request)
  const job = jobOfCall(context, vm)
  if (!volume) {
    return context.startTask('qmcreate', vm.vmid, (task) => create(context, { request, job, task }))
  }
  return context.startTask('qmrestore', vm.vmid, async (task) => {
    await restore(context, { request, archive: volume, job, task })
    finishRestore(context, { request, task })
  })
})

export interface CreateRequest {
  readonly vm: Vm
  /** Options of the machine. */
  readonly params: Parameters
  readonly pool: string | undefined
  /** Where disks without a storage are made. */
  readonly storage: string | undefined
  readonly workingStorage: string | undefined
  readonly isStarted: boolean
  readonly isHaManaged: boolean
  /** It runs while its disks still come from a backup server, or from what they are made of. */
  readonly isLive: boolean
}

/** Milliseconds that making a machine takes, and each of its disks. */
const creationTime = 300
const diskTime = 150

function requireCreateRights(context: CallContext<unknown>, request: RestoreRequest): void {
  const { cluster, rights } = context
  const { vm, pool, storage, isStarted, isHaManaged } = request
  const { vmid } = vm
  if (pool !== undefined && !readUserConfig(cluster.config).pools.has(pool)) {
    throw permissionDenied(`pool '${pool}' does not exist`)
  }
  if (storage !== undefined) rights.require(`/storage/${storage}`, 'Datastore.AllocateSpace')
  if (isHaManaged) rights.require('/', 'Sys.Console')
  if (isStarted) requireOnGuest({ rights, vmid, pool }, 'VM.PowerMgmt')
  const mayCreate =
    rights.has(`/vms/${vmid}`, 'VM.Allocate') ||
    (pool !== undefined && rights.has(`/pool/${pool}`, 'VM.Allocate')) ||
    (request.archive !== '' && mayOverwrite(context, request))
  if (!mayCreate) throw permissionDenied()
}

function prepareParameters(
  { cluster, rights }: CallContext<unknown>,
  { vm, params, pool, storage, workingStorage }: CreateRequest,
): void {
  const { vmid } = vm
  const on = { rights, vmid, pool }
  resolveCdromAlias(params)
  checkStorageAccess(params, {
    cluster,
    rights,
    vmid,
    defaultStorage: storage,
    workingStorage,
  })
  requireOptionRights(Object.keys(params), on)
  requireHardwareRights(params, on)
  requireBridgeRights(params, { rights, config: cluster.config })
  requireCpuModelRights(params.cpu, { rights })
  checkDriveParameters(params, { cluster, node: vm.node })
  for (const [name, value] of Object.entries(params)) {
    if (/^net\d+$/.test(name)) params[name] = withMac(value, () => randomMac(cluster.config))
  }
}

/** Takes the id before anyone else does. AbstractConfig.pm: create_and_lock_config */
function reserve(
  { cluster }: CallContext<unknown>,
  { vm, archive, isForced }: RestoreRequest,
): void {
  const prefix = `unable to ${archive === '' ? 'create' : 'restore'} VM ${vm.vmid} -`
  const taken = cluster.guests.get(vm.vmid)
  if (taken && !isForced) {
    const kind = taken.type === 'qemu' ? 'VM' : 'CT'
    throw failed(`${prefix} ${kind} ${vm.vmid} already exists on node '${taken.node}'`)
  }
  if (taken && !vm.exists) {
    // The cluster file system has one file for each id, whatever the type of the guest.
    throw failed(`${prefix} unable to open file '/etc/pve/${vm.path}.tmp' - File exists`)
  }
  const config = vm.exists ? vm.edit() : emptyConfig()
  try {
    requireUnlocked(config.main)
  } catch (error) {
    throw failed(`${prefix} ${faultText(error)}`)
  }
  config.main.set('lock', 'create')
  vm.write(config)
}

async function create(
  context: CallContext<unknown>,
  { request, job, task }: { request: CreateRequest; job: VmJob; task: Task },
): Promise<void> {
  const { vm, params, pool } = request
  let imports: readonly LiveImport[] = []
  try {
    await vm.locked(
      async () => {
        const disks = Object.keys(params).filter(isDriveName).length
        await task.sleep(creationTime + disks * diskTime)
        imports = writeNewConfig(jobOfTask(job, task), request)
      },
      { timeout: 1, log: (line) => task.log(line) },
    )
  } catch (error) {
    if (vm.exists) vm.remove()
    throw error
  }
  if (pool !== undefined) addGuestToPool(context.cluster.config, { vmid: vm.vmid, pool })
  finishCreation(context, { request, task })
  if (imports.length > 0) await importLive(jobOfTask(job, task), task, imports)
}

/** What follows once a machine is there: high availability and the first start. */
function finishCreation(
  context: CallContext<unknown>,
  { request, task }: { request: CreateRequest; task: Task },
): void {
  const { vm, isHaManaged, isStarted, isLive } = request
  if (isHaManaged) {
    task.log('Add as HA resource')
    const state = isStarted ? 'started' : 'stopped'
    addHaResource(context.cluster.config, { id: `vm:${vm.vmid}`, state })
  }
  if (isStarted && !isLive) autostart(context, { vm, task })
}

/** The same after a restore, in other words and the other way round. API2/Qemu.pm: create_vm, $restorefn */
function finishRestore(
  context: CallContext<unknown>,
  { request, task }: { request: RestoreRequest; task: Task },
): void {
  const { vm, isHaManaged, isStarted, isLive } = request
  if (isStarted && !isLive) autostart(context, { vm, task })
  if (!isHaManaged) return
  const { config } = context.cluster
  const state = isStarted || isLive ? 'started' : 'stopped'
  const isThere = isHaResource(config, vm.vmid)
  task.log(`${isThere ? 'Set' : 'Add'} HA resource with request-state '${state}'`)
  if (isThere) setHaState(config, { vmid: vm.vmid, state })
  else addHaResource(config, { id: `vm:${vm.vmid}`, state })
}

function autostart(context: CallContext<unknown>, { vm, task }: { vm: Vm; task: Task }): void {
  task.log('Execute autostart')
  try {
    startTask(context, { vm })
  } catch (error) {
    task.log(faultText(error))
  }
}

/** API2/Qemu.pm: create_vm, $createfn */
function writeNewConfig(
  job: VmJob,
  { vm, params, storage, workingStorage, isLive }: CreateRequest,
): readonly LiveImport[] {
  const { cluster, rights } = job
  const config = emptyConfig()
  const { main } = config
  for (const [name, value] of Object.entries(params)) main.set(name, value)
  let volumes: readonly string[] = []
  try {
    const created = createDisks(job, params, {
      config,
      defaultStorage: storage,
      workingStorage,
      isLive,
    })
    volumes = created.volumes
    for (const [name, value] of created.drives) main.set(name, value)
    main.set('meta', `creation-qemu=${qemuVersion},ctime=${cluster.now()}`)
    if (!main.get('boot')) main.set('boot', formatBootOrder(defaultBootDevices(main)))
    requireClipboardSupport(readVga(main.get('vga')))
    if (!main.get('smbios1')) main.set('smbios1', `uuid=${randomUUID()}`)
    const arch = main.get('arch') ?? 'x86_64'
    if ((main.get('vmgenid') ?? '1') === '1' && arch !== 'aarch64') {
      main.set('vmgenid', randomUUID())
    }
    const machine = pinMachine(main.get('machine'), {
      ostype: main.get('ostype'),
      arch,
      log: job.log,
    })
    if (machine) main.set('machine', machine)
    const tags = main.get('tags')
    if (tags !== undefined) {
      requireTagRights({ before: '', after: tags }, { cluster, rights, vmid: vm.vmid })
      main.set('tags', uniqueTags(cluster.config, tags))
    }
    if (created.imports.length > 0) main.set('lock', 'import')
    vm.write(config)
    return created.imports
  } catch (error) {
    removeVolumes(job, volumes)
    throw failed(`unable to create VM ${vm.vmid} - ${faultText(error)}`)
  }
}
