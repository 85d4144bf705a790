import type { Cluster } from '../cluster.js'
import type { Section } from '../section-config.js'
import { parseUpid } from '../upid.js'

/** What a node remembers of a job. pve-manager Jobs.pm */
export interface JobState {
  readonly state: 'created' | 'starting' | 'started' | 'stopped'
  /** Seconds since the epoch. */
  readonly time?: number
  readonly upid?: string
  readonly msg?: string
  /** When its schedule was changed last, in seconds since the epoch. */
  readonly updated?: number
  /** What the job said when the node looked last. */
  readonly config?: { readonly schedule?: string; readonly enabled?: number }
}

interface JobPlace {
  readonly node: string
  readonly type: string
  readonly id: string
}

export function readJobState(cluster: Cluster, place: JobPlace): JobState | undefined {
  const text = cluster.node(place.node).files[stateFile(place)]
  if (text === undefined) return undefined
  const state: JobState = text === '' ? { state: 'created', time: 0 } : JSON.parse(text)
  return state
}

export function writeJobState(cluster: Cluster, place: JobPlace, state: JobState): void {
  cluster.state.writeNodeFile(place.node, stateFile(place), JSON.stringify(state))
}

export function removeJobState(cluster: Cluster, place: JobPlace): void {
  cluster.state.writeNodeFile(place.node, stateFile(place), undefined)
}

/** The state of a job that the node has not seen before. Jobs.pm: create_job */
export function createJobState(
  cluster: Cluster,
  { node, section }: { readonly node: string; readonly section: Section },
): void {
  writeJobState(cluster, placeOf(node, section), {
    state: 'created',
    time: cluster.now(),
    config: configOf(section),
  })
}

/** A job whose schedule has changed is due only after that. Jobs.pm: detect_changed_runtime_props */
export function noteJobChange(
  cluster: Cluster,
  { node, section }: { readonly node: string; readonly section: Section },
): void {
  const place = placeOf(node, section)
  const state = readJobState(cluster, place) ?? { state: 'created', time: 0 }
  const config = configOf(section)
  const isSame =
    state.config?.schedule === config.schedule && state.config?.enabled === config.enabled
  if (!isSame) writeJobState(cluster, place, { ...state, config, updated: cluster.now() })
}

/** When the job ran last as far as the node knows, in seconds since the epoch. Jobs.pm: get_last_runtime */
export function lastRun(state: JobState): number {
  if (state.updated !== undefined) return state.updated
  const task = state.upid === undefined ? undefined : parseUpid(state.upid)
  return task?.starttime ?? state.time ?? 0
}

function placeOf(node: string, { type, id }: Section): JobPlace {
  return { node, type, id }
}

function configOf({ options }: Section): NonNullable<JobState['config']> {
  const { schedule, enabled } = options
  return {
    ...(schedule !== undefined && { schedule }),
    ...(enabled !== undefined && { enabled: Number(enabled) }),
  }
}

/** Where nodes keep what they remember of jobs. */
export const stateDirectory = '/var/lib/pve-manager/jobs/'

export function stateFile({ type, id }: Pick<JobPlace, 'type' | 'id'>): string {
  return `${stateDirectory}${type}-${id}.json`
}
