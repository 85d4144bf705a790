import { faultText } from '../../engine/fault.js'
import { rightsOf } from '../access/compute-rights.js'
import { startBackup } from '../backup/vzdump.js'
import type { Cluster } from '../cluster.js'
import { callFrom } from '../rules.js'
import type { Section } from '../section-config.js'
import { nextEvent, parseCalendarEvent } from './calendar-event.js'
import { jobsFile, readJobs } from './job-config.js'
import {
  createJobState,
  lastRun,
  noteJobChange,
  readJobState,
  stateDirectory,
  stateFile,
  writeJobState,
  type JobState,
} from './job-state.js'
import { MinuteAlarm } from './minute-alarm.js'
import { lastSync, writeSyncState } from './realm-sync-state.js'

const user = 'root@pam'

/** Runs the jobs of the cluster when their time has come, as the daemon of each node does. pvescheduler, Jobs.pm */
export class Scheduler {
  readonly #cluster: Cluster
  readonly #alarm: MinuteAlarm

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    this.#alarm = new MinuteAlarm(cluster, {
      path: jobsFile,
      due: () => this.#soonest(),
      run: () => this.#runDue(),
    })
  }

  /**
   * What every node does when it has started: a job that was missed runs now only where it is to be repeated.
   *
   * pve-manager Jobs.pm: run_jobs
   */
  start(): void {
    for (const node of this.#nodes()) {
      for (const section of this.#jobs()) {
        const place = { node, type: section.type, id: section.id }
        const state = readJobState(this.#cluster, place)
        if (!state) createJobState(this.#cluster, { node, section })
        else if (section.options['repeat-missed'] !== '1') {
          writeJobState(this.#cluster, place, { ...state, updated: this.#cluster.now() })
        }
      }
    }
    this.arm()
  }

  /** Waits for the job that is due next. */
  arm(): void {
    this.#alarm.arm()
  }

  close(): void {
    this.#alarm.close()
  }

  #soonest(): number | undefined {
    this.#forgetRemoved()
    const times = this.#nodes().flatMap((node) =>
      this.#jobs().flatMap((section) => this.#nextRun(node, section) ?? []),
    )
    return times.length === 0 ? undefined : Math.min(...times)
  }

  /** Jobs.pm: synchronize_job_states_with_config */
  #forgetRemoved(): void {
    const jobs = new Set(this.#jobs().map(({ type, id }) => stateFile({ type, id })))
    const { state } = this.#cluster
    for (const [node, { files }] of state.nodes) {
      for (const path of Object.keys(files)) {
        if (path.startsWith(stateDirectory) && !jobs.has(path)) {
          state.writeNodeFile(node, path, undefined)
        }
      }
    }
  }

  #runDue(): void {
    for (const node of this.#nodes()) {
      for (const section of this.#jobs()) {
        const due = this.#nextRun(node, section)
        if (due === undefined || due > this.#cluster.now()) continue
        const state = this.#state(node, section)
        // It still runs: the next time is that after the end.
        const isRunning =
          state?.upid !== undefined && this.#cluster.state.tasks.isRunning(state.upid)
        if (!isRunning) void this.#run(node, section)
      }
    }
  }

  async #run(node: string, section: Section): Promise<void> {
    const { type, id } = section
    const place = { node, type, id }
    const now = this.#cluster.now()
    const config = this.#state(node, section)?.config
    const note = (state: Omit<JobState, 'config'>): void =>
      writeJobState(this.#cluster, place, { ...state, ...(config && { config }) })
    note({ state: 'starting', time: now })
    try {
      const upid = await (type === 'vzdump'
        ? this.#backUp(node, section)
        : this.#syncRealm(node, section))
      if (upid === 'OK') note({ state: 'stopped', msg: 'OK', time: now })
      else note({ state: 'started', upid })
    } catch (error) {
      note({ state: 'stopped', msg: faultText(error), time: now })
    }
  }

  #backUp(node: string, { id, options, lists }: Section): Promise<string> {
    const {
      schedule: _schedule,
      enabled: _enabled,
      comment: _comment,
      'repeat-missed': _repeat,
      ...backup
    } = options
    const cluster = this.#cluster
    const { bootTime } = cluster.node(node)
    return startBackup(
      {
        cluster,
        node,
        rights: rightsOf(cluster.config, user),
        startTask: (type, taskId, body) =>
          cluster.state.tasks.start({ node, type, id: String(taskId), user, bootTime }, body),
      },
      {
        ...backup,
        ...(lists?.['exclude-path'] && { 'exclude-path': lists['exclude-path'] }),
        'job-id': id,
        quiet: '1',
      },
    )
  }

  /** Only one node synchronizes. pve-access-control Jobs/RealmSync.pm: run */
  async #syncRealm(node: string, { id, options }: Section): Promise<string> {
    const cluster = this.#cluster
    const last = lastSync(cluster, id)
    const event = parseCalendarEvent(options.schedule ?? '')
    const due = event && last !== undefined ? nextEvent(event, last) : 0
    const now = cluster.now()
    if (due === undefined || due > now) return 'OK'
    writeSyncState(cluster, id, { node, time: now })
    const { realm = '', scope, 'enable-new': enableNew, 'remove-vanished': vanished } = options
    try {
      const upid = await callFrom(cluster, { node, user })('POST /access/domains/{realm}/sync', {
        realm,
        ...(scope !== undefined && { scope }),
        ...(enableNew !== undefined && { 'enable-new': enableNew }),
        ...(vanished !== undefined && { 'remove-vanished': vanished }),
      })
      writeSyncState(cluster, id, { node, time: now, upid: String(upid) })
      return String(upid)
    } catch (error) {
      writeSyncState(cluster, id, { node, time: now, error: faultText(error) })
      throw error
    }
  }

  /** Seconds since the epoch; undefined for a job that this node does not run. */
  #nextRun(node: string, section: Section): number | undefined {
    const { options } = section
    if (options.enabled === '0') return undefined
    if (options.node !== undefined && options.node !== node) return undefined
    const event = parseCalendarEvent(options.schedule ?? '')
    const state = this.#state(node, section)
    return event && state && nextEvent(event, lastRun(state))
  }

  /** What the node remembers, after it has looked whether the job has changed. */
  #state(node: string, section: Section): JobState | undefined {
    const place = { node, type: section.type, id: section.id }
    if (readJobState(this.#cluster, place)) noteJobChange(this.#cluster, { node, section })
    else createJobState(this.#cluster, { node, section })
    return readJobState(this.#cluster, place)
  }

  #jobs(): Section[] {
    return [...readJobs(this.#cluster.config).sections.values()].toSorted((a, b) =>
      a.id < b.id ? -1 : 1,
    )
  }

  #nodes(): string[] {
    return this.#cluster.nodeNames().filter((node) => this.#cluster.isOnline(node))
  }
}
