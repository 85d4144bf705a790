import { decodeUpid, type Upid } from '@proxkit/schema'
import { Download } from '../engine/download.js'
import type { TaskRecord } from '../engine/tasks.js'
import { isTokenId, ownerOf, tokenNameOf } from './access/auth-id.js'
import { handleRest, isSet, listOf, needText, numberOf, textOf } from './context.js'
import type { RestContext, RestHandler } from './context.js'
import { bad } from './rest-fault.js'

/** Whether somebody who may not see all tasks may see one all the same, and to which datastore it belongs. */
export interface TaskScope {
  mayRun(context: RestContext, upid: Upid): boolean
  isOfStore(upid: Upid, store: string): boolean
}

/** proxmox-backup src/api2/node/tasks.rs */
export function taskHandlers(scope: TaskScope): RestHandler[] {
  const requireAccess = (context: RestContext, upid: Upid): void => {
    if (!mayRead(context, upid, scope)) throw bad('task access not allowed')
  }

  const list = handleRest('GET', '/nodes/{node}/tasks', (context) => {
    const { params, cluster, tell } = context
    const start = numberOf(params, 'start') ?? 0
    const limit = numberOf(params, 'limit') ?? 50
    const { tasks } = cluster.state
    const all = isSet(params, 'running')
      ? tasks.running()
      : [...tasks.running(), ...tasks.history()]
    const seen = all.filter((task) => isWanted(context, task, scope))
    const shown = seen.slice(start, limit === 0 ? undefined : start + limit)
    // One more than there is, as long as there may be more.
    const isFull = shown.length > 0 && limit > 0 && shown.length >= limit
    tell('total', shown.length + start + (isFull ? 1 : 0))
    return shown.map(taskRow)
  })

  const status = handleRest('GET', '/nodes/{node}/tasks/{upid}/status', (context) => {
    const { cluster, params } = context
    const text = needText(params, 'upid')
    const upid = decodeUpid(text)
    requireAccess(context, upid)
    const task = cluster.state.tasks.get(text)
    const isRunning = cluster.state.tasks.isRunning(text)
    return {
      upid: text,
      node: upid.node,
      pid: upid.pid,
      pstart: upid.pstart,
      starttime: upid.starttime,
      type: upid.type,
      id: upid.id === '' ? null : upid.id,
      user: ownerOf(upid.user),
      ...(isTokenId(upid.user) && { tokenid: tokenNameOf(upid.user) }),
      status: isRunning ? 'running' : 'stopped',
      ...(!isRunning && { exitstatus: task?.exitStatus ?? 'unknown' }),
    }
  })

  const log = handleRest('GET', '/nodes/{node}/tasks/{upid}/log', (context) => {
    const { cluster, params, tell } = context
    const upid = needText(params, 'upid')
    requireAccess(context, decodeUpid(upid))
    const task = cluster.state.tasks.get(upid)
    if (!task) throw bad('No such file or directory (os error 2)')
    if (isSet(params, 'download')) return downloadLog(context, task)
    const start = numberOf(params, 'start') ?? 0
    const limit = numberOf(params, 'limit') ?? 50
    tell('total', task.log.length)
    tell('success', 1)
    if (isSet(params, 'test-status')) tell('active', cluster.state.tasks.isRunning(upid))
    const from = Math.max(0, start - 1)
    return task.log
      .map((t, index) => ({ n: index + 1, t }))
      .slice(from, limit === 0 ? undefined : from + limit)
  })

  const stop = handleRest('DELETE', '/nodes/{node}/tasks/{upid}', async (context) => {
    const { cluster, params, user, rights, product } = context
    const upid = needText(params, 'upid')
    if (decodeUpid(upid).user !== user) rights.require('/system/tasks', [product.privilege.modify])
    await cluster.state.tasks.stop(upid)
  })

  return [list, status, log, stop]
}

function isWanted(context: RestContext, task: TaskRecord, scope: TaskScope): boolean {
  const { params } = context
  const { starttime, endtime, user, type, exitStatus } = task
  const since = numberOf(params, 'since') ?? 0
  const until = numberOf(params, 'until') ?? Infinity
  const store = textOf(params, 'store')
  const filters = listOf(params, 'statusfilter')
  return (
    starttime <= until &&
    starttime >= since &&
    mayRead(context, task, scope) &&
    user.includes(textOf(params, 'userfilter') ?? '') &&
    type.includes(textOf(params, 'typefilter') ?? '') &&
    (store === undefined || scope.isOfStore(task, store)) &&
    !(isSet(params, 'errors') && exitStatus === 'OK') &&
    (filters.length === 0 || (endtime !== undefined && filters.includes(stateOf(exitStatus))))
  )
}

function mayRead(context: RestContext, upid: Upid, scope: TaskScope): boolean {
  const { user, rights, product } = context
  if (upid.user === user || (isTokenId(upid.user) && ownerOf(upid.user) === user)) return true
  return rights.hasAll('/system/tasks', product.privilege.audit) || scope.mayRun(context, upid)
}

function stateOf(exitStatus: string | undefined): string {
  if (exitStatus === 'OK') return 'ok'
  if (exitStatus?.startsWith('WARNINGS: ')) return 'warning'
  return exitStatus === undefined || exitStatus === 'unknown' ? 'unknown' : 'error'
}

function taskRow(task: TaskRecord): Record<string, unknown> {
  const { upid, pid, pstart, starttime, type, id, user, endtime, exitStatus } = task
  return {
    upid,
    node: 'localhost',
    pid,
    pstart,
    starttime,
    worker_type: type,
    ...(id !== '' && { worker_id: id }),
    user,
    ...(endtime !== undefined && { endtime, status: exitStatus }),
  }
}

function downloadLog({ params }: RestContext, task: TaskRecord): Download {
  const others = ['start', 'limit', 'test-status'].filter((name) => params[name] !== undefined)
  if (others.length > 0) {
    throw bad("Parameter 'download' cannot be used with other parameters")
  }
  const start = new Date(task.starttime * 1000).toISOString().replace('.000', '')
  return new Download({
    content: Buffer.from(task.log.map((line) => `${line}\n`).join('')),
    contentType: 'text/plain',
    contentDisposition: `attachment; filename=task-${task.node}-${task.type}-${start}.log`,
  })
}
