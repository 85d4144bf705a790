import { Download } from '../../engine/download.js'
import { failed } from '../../engine/fault.js'
import type { TaskRecord } from '../../engine/tasks.js'
import type { CallContext } from '../context.js'

interface LogParameters {
  readonly start?: string
  readonly limit?: string
  readonly download?: string
}

/** A page of a task's log, numbered from 1; what there is of the log as a file when that is asked for. */
export function readLog(
  record: TaskRecord | undefined,
  { params, setTotal }: Pick<CallContext<LogParameters>, 'params' | 'setTotal'>,
): unknown {
  if (params.download === '1') return downloadLog(record, params)
  const { total, lines } = page(record?.log, {
    start: Number(params.start ?? 0),
    limit: Number(params.limit ?? 50),
  })
  setTotal(total)
  return lines
}

/** pve-common Tools.pm: dump_logfile */
function page(
  log: readonly string[] | undefined,
  { start, limit }: { readonly start: number; readonly limit: number },
): { total: number; lines: { n: number; t: string }[] } {
  if (!log) return single('unable to open file - No such file or directory')
  if (log.length === 0) return single('no content')
  const end = limit === 0 ? log.length : start + limit
  const lines = log.slice(start, end).map((t, index) => ({ n: start + index + 1, t }))
  return { total: log.length, lines }
}

function single(text: string): { total: number; lines: { n: number; t: string }[] } {
  return { total: 1, lines: [{ n: 1, t: text }] }
}

function downloadLog(record: TaskRecord | undefined, { start, limit }: LogParameters): Download {
  if (start !== undefined || limit !== undefined) {
    throw failed("'download' cannot be used together with 'start' or 'limit' parameters")
  }
  if (!record) throw failed('Could not open file - No such file or directory')
  const content = Buffer.from(record.log.map((line) => `${line}\n`).join(''))
  const time = new Date(record.starttime * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
  return new Download({
    content,
    contentType: 'text/plain',
    compressed: content.length > 1024,
    contentDisposition: `attachment; filename="task-${record.node}-${record.type}-${time}.log"`,
  })
}
