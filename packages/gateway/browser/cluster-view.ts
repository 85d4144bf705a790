import { byId, element, setText } from './elements.js'
import { isGuest, type Resource } from './entries.js'
import type { ClusterState } from './follow-cluster.js'
import { formatBytes } from './format.js'
import type { SwitchPower } from './guest-row.js'
import { nodeRow } from './node-row.js'
import { Rows } from './rows.js'
import { taskRow } from './task-row.js'

/** Shows the cluster: what it has in all, the tree of its nodes, and its tasks. */
export function clusterView(switchPower: SwitchPower): (state: ClusterState) => void {
  const summary = new Rows(byId('summary', HTMLDListElement), summaryRow)
  const nodes = new Rows(byId('nodes', HTMLUListElement), (entry: Parameters<typeof nodeRow>[0]) =>
    nodeRow(entry, switchPower),
  )
  const tasks = new Rows(byId('tasks', HTMLTableSectionElement), taskRow)
  const noTasks = byId('no-tasks', HTMLParagraphElement)
  return (state) => {
    const resources = [...state.resources.values()]
    const newest = [...state.tasks.values()].toSorted((a, b) => b.starttime - a.starttime)
    summary.show(summaryOf(state))
    nodes.show(
      ofType(resources, 'node')
        .toSorted((a, b) => a.id.localeCompare(b.id))
        .map((node) => [
          node.id,
          { node, resources: resources.filter((resource) => resource.node === node.node) },
        ]),
    )
    tasks.show(newest.slice(0, shownTasks).map((task) => [task.upid, task]))
    noTasks.hidden = newest.length > 0
  }
}

const shownTasks = 20

const ofType = (resources: readonly Resource[], type: string): readonly Resource[] =>
  resources.filter((resource) => resource.type === type)

interface Summary {
  readonly name: string
  readonly value: string
  readonly of: string
}

function summaryOf({
  resources: all,
  tasks,
}: ClusterState): readonly (readonly [string, Summary])[] {
  const resources = [...all.values()]
  const nodes = ofType(resources, 'node')
  const guests = resources.filter((resource) => isGuest(resource) && !resource.template)
  // What is shared is told by every node.
  const storages = new Map(
    ofType(resources, 'storage').map((storage) => [
      storage.shared ? storage.storage : storage.id,
      storage,
    ]),
  )
  const space = (read: (storage: Resource) => number | undefined): number =>
    [...storages.values()].reduce((sum, storage) => sum + (read(storage) ?? 0), 0)
  const running = [...tasks.values()].filter(({ status }) => status === undefined)
  const summaries = [
    {
      name: 'Nodes online',
      value: String(nodes.filter(({ status }) => status === 'online').length),
      of: `of ${nodes.length}`,
    },
    {
      name: 'Guests running',
      value: String(guests.filter(({ status }) => status === 'running').length),
      of: `of ${guests.length}`,
    },
    {
      name: 'Storage in use',
      value: formatBytes(space(({ disk }) => disk)),
      of: `of ${formatBytes(space(({ maxdisk }) => maxdisk))}`,
    },
    { name: 'Tasks under way', value: String(running.length), of: '' },
  ]
  return summaries.map((summary) => [summary.name, summary])
}

function summaryRow({ name }: Summary): { element: HTMLElement; update(summary: Summary): void } {
  const value = element('strong')
  const of = element('span')
  return {
    element: element(
      'div',
      { class: 'panel' },
      element('dt', {}, name),
      element('dd', {}, value, ' ', of),
    ),
    update(summary) {
      setText(value, summary.value)
      setText(of, summary.of)
    },
  }
}
