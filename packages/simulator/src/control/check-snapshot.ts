import type { ClusterSnapshot } from '../pve/state.js'
import {
  flag,
  list,
  object,
  oneOf,
  record,
  required,
  show,
  text,
  type Check,
} from '../seeds/check.js'
import { SeedError } from '../seeds/seed-error.js'

/** Takes data for a state that a simulator gave. Throws a `SeedError` where it cannot be one. */
export function checkSnapshot(value: unknown): ClusterSnapshot {
  snapshot(value, '')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the check above is that of all that others rely on
  return value as ClusterSnapshot
}

const number: Check = (value, place) => {
  if (typeof value !== 'number') throw new SeedError(place, `${show(value)} is not a number`)
}
const format: Check = (value, place) => {
  if (value === 1) return
  throw new SeedError(place, `${show(value)} is not known: this version reads 1`)
}
const anything: Check = () => {}
const anyName: Check = () => {}
const texts = record(anyName, text())
const numbers = (...names: readonly string[]): Record<string, ReturnType<typeof required>> =>
  Object.fromEntries(names.map((name) => [name, required(number)]))

const node = object(
  {
    ip: required(text()),
    online: required(flag),
    files: required(texts),
    cpu: required(object({ model: required(text()), ...numbers('sockets', 'cores', 'mhz') })),
    ...numbers('bootTime', 'memory', 'swap'),
  },
  anything,
)
const guest = object(
  {
    ...numbers('pid', 'startTime'),
    status: required(oneOf('running', 'paused', 'prelaunch')),
    startedWith: required(text()),
  },
  anything,
)
const volume = object({ name: required(text()), ...numbers('size', 'used', 'ctime') }, anything)
const backing = object({
  key: required(text()),
  ...numbers('capacity', 'base'),
  volumes: required(list(volume)),
})
const task = object(
  {
    upid: required(text()),
    node: required(text()),
    type: required(text()),
    id: required(text()),
    user: required(text()),
    log: required(list(text())),
    ...numbers('pid', 'pstart', 'starttime'),
  },
  anything,
)
const nodes: Check = (value, place) => {
  record(anyName, node)(value, place)
  if (Object.keys(Object(value)).length === 0) {
    throw new SeedError(place, 'is empty: a cluster needs at least one node')
  }
}

const snapshot = object(
  {
    format: required(format),
    config: required(texts),
    nodes: required(nodes),
    guests: required(record(text('the id of a guest', /^\d+$/), guest)),
    behaviours: record(anyName, object({}, anything)),
    backings: required(list(backing)),
    passwords: required(texts),
    keyTimes: record(anyName, number),
    offlineStorages: list(text()),
    tasks: required(list(task)),
    identityServers: record(anyName, object({}, anything)),
  },
  anything,
)
