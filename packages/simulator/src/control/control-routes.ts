import type { ClusterSnapshot } from '../pve/state.js'
import { isAdjustable, type AdjustableClock } from '../engine/real-clock.js'
import { flag, integer, object, oneOf, show, type Check } from '../seeds/check.js'
import { checkSeed } from '../seeds/check-seed.js'
import type { Simulator } from '../create-simulator.js'
import { ControlError } from './control-error.js'
import { etcPveRoutes } from './etc-pve-routes.js'
import { checkFaultRule } from './check-fault-rule.js'
import { checkOverrideMap } from './parse-control.js'
import { checkRecording } from '../recording/parse-recording.js'
import { checkSnapshot } from './check-snapshot.js'

export interface ControlRoute {
  readonly verb: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/_proxkit`. */
  readonly path: string
  /** What it does, for the list of them all. */
  readonly summary: string
  /** Its body is not JSON but bytes that are taken as they are. */
  readonly takesBytes?: true
  /** `parts` has the texts of the parts in braces. What it returns is the answer: bytes as they are, the rest as JSON. */
  run(request: { readonly parts: readonly string[]; readonly body: unknown }): unknown
}

/** Everything that can be asked of a simulator beside the API that it simulates. */
export function controlRoutes(simulator: Simulator): readonly ControlRoute[] {
  const snapshots = new Map<string, ClusterSnapshot>()
  const routes: readonly ControlRoute[] = [
    {
      verb: 'GET',
      path: '/',
      summary: 'this list',
      run: () => routes.map(({ verb, path, summary }) => ({ verb, path, summary })),
    },
    {
      verb: 'GET',
      path: '/health',
      summary: 'whether the simulator is there, and its time',
      run: () => ({ status: 'ok', time: new Date(simulator.clock.now()).toISOString() }),
    },
    {
      verb: 'GET',
      path: '/state',
      summary: 'the whole state as plain data',
      run: () => simulator.snapshot(),
    },
    {
      verb: 'PUT',
      path: '/state',
      summary: 'goes on from a state that was read',
      run: ({ body }) => simulator.restore(checkSnapshot(body)),
    },
    {
      verb: 'POST',
      path: '/reset',
      summary: 'goes back to the start: state, faults, overrides and request log',
      run: () => simulator.reset(),
    },
    {
      verb: 'POST',
      path: '/seed',
      summary: 'begins anew with the seed in the body; lab and single are given as JSON texts',
      run: ({ body }) =>
        simulator.reset({ seed: body === 'lab' || body === 'single' ? body : checkSeed(body) }),
    },
    {
      verb: 'GET',
      path: '/snapshots',
      summary: 'names of the states that are kept',
      run: () => [...snapshots.keys()],
    },
    {
      verb: 'PUT',
      path: '/snapshots/{name}',
      summary: 'keeps the state under a name',
      run: ({ parts: [name = ''] }) => void snapshots.set(name, simulator.snapshot()),
    },
    {
      verb: 'POST',
      path: '/snapshots/{name}/restore',
      summary: 'goes back to a state that was kept',
      run: ({ parts: [name = ''] }) => {
        const snapshot = snapshots.get(name)
        if (!snapshot) throw new ControlError(404, `there is no snapshot ${show(name)}`)
        simulator.restore(snapshot)
      },
    },
    {
      verb: 'DELETE',
      path: '/snapshots/{name}',
      summary: 'forgets a state that was kept',
      run: ({ parts: [name = ''] }) => {
        if (!snapshots.delete(name))
          throw new ControlError(404, `there is no snapshot ${show(name)}`)
      },
    },
    {
      verb: 'GET',
      path: '/requests',
      summary: 'the last calls, without secrets',
      run: () => simulator.requests.list(),
    },
    {
      verb: 'DELETE',
      path: '/requests',
      summary: 'forgets them',
      run: () => simulator.requests.clear(),
    },
    {
      verb: 'GET',
      path: '/faults',
      summary: 'the faults in force, and how often they struck',
      run: () => simulator.faults.list(),
    },
    {
      verb: 'POST',
      path: '/faults',
      summary: 'adds a fault',
      run: ({ body }) => ({ id: simulator.faults.add(checkFaultRule(body)) }),
    },
    {
      verb: 'DELETE',
      path: '/faults',
      summary: 'ends all faults',
      run: () => simulator.faults.clear(),
    },
    {
      verb: 'DELETE',
      path: '/faults/{id}',
      summary: 'ends a fault',
      run: ({ parts: [id = ''] }) => {
        if (!simulator.faults.remove(id))
          throw new ControlError(404, `there is no fault ${show(id)}`)
      },
    },
    {
      verb: 'GET',
      path: '/overrides',
      summary: 'the answers that stand in for the cluster’s own',
      run: () => simulator.overrides.toJSON(),
    },
    {
      verb: 'PUT',
      path: '/overrides',
      summary: 'puts others in their place',
      run: ({ body }) => simulator.overrides.replace(checkOverrideMap(body)),
    },
    {
      verb: 'PUT',
      path: '/recording',
      summary:
        'takes an HTTP Archive (HAR) of a real server, whose answers stand in for the cluster’s own',
      run: ({ body }) => {
        const exchanges = checkRecording(body)
        simulator.recording.replace(exchanges)
        return { exchanges: exchanges.length }
      },
    },
    {
      verb: 'DELETE',
      path: '/recording',
      summary: 'forgets it',
      run: () => simulator.recording.replace([]),
    },
    {
      verb: 'PUT',
      path: '/nodes/{node}',
      summary: 'switches a node off or on ({ "online": false }), or makes calls for it get lost',
      run: ({ parts: [node = ''], body }) => {
        nodeChange(body, 'node')
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the check above is that of its shape
        simulator.setNode(node, body as Parameters<Simulator['setNode']>[1])
      },
    },
    {
      verb: 'PUT',
      path: '/storages/{storage}',
      summary:
        'takes a storage away or gives it back ({ "online": false }), or sets its capacity in bytes',
      run: ({ parts: [storage = ''], body }) => {
        storageChange(body, 'storage')
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the check above is that of its shape
        simulator.setStorage(storage, body as Parameters<Simulator['setStorage']>[1])
      },
    },
    {
      verb: 'PUT',
      path: '/quorum',
      summary: 'takes the quorum away or gives it back ({ "quorate": false })',
      run: ({ body }) => {
        quorumChange(body, 'quorum')
        simulator.setQuorum(Object(body).quorate)
      },
    },
    {
      verb: 'GET',
      path: '/coverage',
      summary: 'how true each operation of the API is, and how often it was called',
      run: () => simulator.coverage.list(),
    },
    ...etcPveRoutes(simulator),
    ...clockRoutes(simulator),
  ]
  return routes
}

function clockRoutes({ clock }: Simulator): readonly ControlRoute[] {
  const report = (): unknown => ({
    now: new Date(clock.now()).toISOString(),
    ...(isAdjustable(clock) && { speed: clock.speed }),
  })
  const adjustable = (): AdjustableClock => {
    if (isAdjustable(clock)) return clock
    throw new ControlError(409, 'this simulator runs on a clock that cannot be changed')
  }
  return [
    { verb: 'GET', path: '/clock', summary: 'its time and speed', run: report },
    {
      verb: 'PUT',
      path: '/clock',
      summary: 'sets the speed; 0 stops time',
      run: ({ body }) => {
        speedChange(body, 'clock')
        adjustable().setSpeed(Object(body).speed)
        return report()
      },
    },
    {
      verb: 'POST',
      path: '/clock/advance',
      summary: 'moves time on by { "seconds": 60 }',
      run: async ({ body }) => {
        advance(body, 'clock')
        await adjustable().advance(Object(body).seconds * 1000)
        return report()
      },
    },
  ]
}

const amount: Check = (value, place) =>
  integer('a number', { min: 0, max: 1e9 })(Math.floor(Number(value)), place)

const speedChange = object({ speed: { check: amount, required: true } })
const advance = object({ seconds: { check: amount, required: true } })
const nodeChange = object({
  online: flag,
  fault: oneOf('none', 'unroutable', 'refused', 'untrusted', 'silent'),
})
const quorumChange = object({ quorate: { check: flag, required: true } })
const storageChange = object({
  online: flag,
  capacity: integer('a size in bytes', { min: 0, max: Number.MAX_SAFE_INTEGER }),
})
