import type { CallContext } from '../context.js'
import { clampCpuUnits, type Parameters } from '../guest/parameters.js'
import type { Container } from './container.js'
import { isMountPointName, isUnusedName } from './mount-point.js'

/** A container that somebody wants. */
export interface CreateRequest {
  readonly container: Container
  /** Options as given, without mount points. */
  readonly params: Parameters
  /** Mount points as given. */
  readonly mountPoints: ReadonlyMap<string, string>
  /** Template or backup. */
  readonly archive: string
  /** Where volumes without a storage are made. */
  readonly storage: string
  readonly pool: string | undefined
  readonly unprivileged: boolean | undefined
  readonly isRestore: boolean
  /** Over the container that has the id. */
  readonly isForced: boolean
  /** New hardware addresses. */
  readonly isUnique: boolean
  /** Public keys, one a line. */
  readonly sshKeys: string | undefined
  readonly isStarted: boolean
  readonly isHaManaged: boolean
}

export function readRequest(context: CallContext<unknown>, given: Parameters): CreateRequest {
  const {
    node: _node,
    vmid,
    ostemplate = '',
    storage = 'local',
    pool,
    unprivileged,
    restore,
    force,
    unique,
    start,
    'ha-managed': haManaged,
    'ignore-unpack-errors': _ignored,
    bwlimit: _bwlimit,
    password: _password,
    'ssh-public-keys': sshKeys,
    ...options
  } = given
  if (options.cpuunits !== undefined) options.cpuunits = clampCpuUnits(options.cpuunits)
  const isRestore = restore === '1'
  const mountPoints = new Map<string, string>()
  const params: Parameters = {}
  for (const [name, value] of Object.entries(options)) {
    if (isMountPointName(name)) {
      mountPoints.set(name, /^\d+(?:\.\d+)?$/.test(value) ? `${storage}:${value}` : value)
    } else if (!isUnusedName(name)) params[name] = value
  }
  return {
    container: context.cluster.lxc(context.node, Number(vmid)),
    params,
    mountPoints,
    archive: ostemplate,
    storage,
    pool,
    unprivileged:
      unprivileged === undefined ? (isRestore ? undefined : true) : unprivileged === '1',
    isRestore,
    isForced: force === '1',
    isUnique: unique === '1',
    sshKeys,
    isStarted: start === '1',
    isHaManaged: haManaged === '1',
  }
}

/** How the original begins to tell what went wrong. */
export function failurePrefix({ container, isRestore }: CreateRequest): string {
  return `unable to ${isRestore ? 'restore' : 'create'} CT ${container.vmid} -`
}
