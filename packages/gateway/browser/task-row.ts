import { element, setText } from './elements.js'
import type { TaskEntry } from './entries.js'
import type { Row } from './rows.js'

/** A task and what became of it. */
export function taskRow({ starttime, type, id, node, user }: TaskEntry): Row<TaskEntry> {
  const outcome = element('span', { class: 'status' })
  const started = new Date(starttime * 1000)
  const time = element('time', { datetime: started.toISOString() }, started.toLocaleTimeString())
  return {
    element: element(
      'tr',
      {},
      element('td', {}, time),
      element('th', { scope: 'row' }, `${type}${id ? ` ${id}` : ''}`),
      element('td', {}, node),
      element('td', {}, user),
      element('td', { class: 'state' }, outcome),
    ),
    update({ status }) {
      setText(outcome, status ?? 'running')
      outcome.dataset.state = stateOf(status)
    },
  }
}

function stateOf(status: string | undefined): string {
  if (status === undefined) return 'busy'
  if (status === 'OK') return 'done'
  return status.startsWith('WARNINGS') ? 'warned' : 'failed'
}
