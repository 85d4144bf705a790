import {
  boolean,
  commands,
  constantFrom,
  record,
  type Arbitrary,
  type AsyncCommand,
} from 'fast-check'
import { isDeepStrictEqual } from 'node:util'
import type { Simulator } from '../../src/create-simulator.js'
import { callAs } from '../../test/api-caller.js'
import type { AccessState } from './access-state.js'

type Command = AsyncCommand<AccessState, Simulator>

/** A change: what the cluster must answer by the state, which it brings up to date, and the call itself. */
interface Step {
  readonly text: string
  /** The answer to expect; a function judges one that is not known word for word. */
  readonly expected: (state: AccessState) => unknown
  readonly call: (simulator: Simulator) => Promise<unknown>
}

const users = constantFrom('ann@pve', 'bob@pve', 'cat@pve')
const tokens = constantFrom('ci', 'web')
const pools = constantFrom('one', 'two')
const vmids = constantFrom(100, 101)
const paths = constantFrom('/', '/vms', '/vms/100', '/vms/101', '/pool/one', '/pool/two', '/access')
const roles = constantFrom('PVEVMAdmin', 'PVEAuditor', 'NoAccess', 'PVEPoolUser', 'Administrator')

const steps: Arbitrary<Step>[] = [
  users.map((userid) => ({
    text: `create ${userid}`,
    expected(state) {
      if (state.users.has(userid)) return `500 create user failed: user '${userid}' already exists`
      state.users.set(userid, new Map())
      return null
    },
    call: (simulator) => callAs(simulator)('POST /access/users', { userid }),
  })),
  users.map((userid) => ({
    text: `delete ${userid}`,
    expected(state) {
      state.removeUser(userid)
      return null
    },
    call: (simulator) => callAs(simulator)(`DELETE /access/users/${userid}`),
  })),
  record({ user: users, name: tokens, privsep: boolean() }).map(({ user, name, privsep }) => ({
    text: `create ${user}!${name}`,
    expected(state) {
      const known = state.users.get(user)
      if (!known) return (answer: unknown) => isRefusal(answer)
      if (known.has(name)) return { status: 400, errors: { tokenid: 'Token already exists.' } }
      known.set(name, { privsep })
      return (answer: unknown) => !isRefusal(answer)
    },
    call: (simulator) => callAs(simulator)(`POST /access/users/${user}/token/${name}`, { privsep }),
  })),
  record({ user: users, name: tokens }).map(({ user, name }) => ({
    text: `delete ${user}!${name}`,
    expected(state) {
      if (!state.isKnown(`${user}!${name}`)) return (answer: unknown) => isRefusal(answer)
      state.removeToken(user, name)
      return null
    },
    call: (simulator) => callAs(simulator)(`DELETE /access/users/${user}/token/${name}`),
  })),
  record({
    user: users,
    token: constantFrom('', '!ci', '!web'),
    path: paths,
    role: roles,
    propagate: boolean(),
    remove: boolean(),
  }).map(({ user, token, path, role, propagate, remove }) => {
    const subject = `${user}${token}`
    return {
      text: `${remove ? 'take' : 'give'} ${role} on ${path} ${remove ? 'from' : 'to'} ${subject}`,
      expected(state: AccessState) {
        if (!state.isKnown(subject)) return (answer: unknown) => isRefusal(answer)
        state.setAcl({ path, role, subject, propagate }, remove)
        return null
      },
      call: (simulator: Simulator) =>
        callAs(simulator)('PUT /access/acl', {
          path,
          roles: role,
          [token === '' ? 'users' : 'tokens']: subject,
          propagate,
          delete: remove,
        }),
    }
  }),
  pools.map((poolid) => ({
    text: `create pool ${poolid}`,
    expected(state) {
      if (state.pools.has(poolid)) return `500 create pool failed: pool '${poolid}' already exists`
      state.pools.set(poolid, new Set())
      return null
    },
    call: (simulator) => callAs(simulator)('POST /pools', { poolid }),
  })),
  pools.map((poolid) => ({
    text: `delete pool ${poolid}`,
    expected(state) {
      if (state.pools.get(poolid)?.size !== 0) return (answer: unknown) => isRefusal(answer)
      state.removePool(poolid)
      return null
    },
    call: (simulator) => callAs(simulator)(`DELETE /pools/${poolid}`),
  })),
  record({ poolid: pools, vmid: vmids, remove: boolean() }).map(({ poolid, vmid, remove }) => ({
    text: `${remove ? 'remove' : 'add'} ${vmid} ${remove ? 'from' : 'to'} ${poolid}`,
    expected(state) {
      const members = state.pools.get(poolid)
      const isElsewhere = [...state.pools.values()].some((vms) => vms !== members && vms.has(vmid))
      if (!members || members.has(vmid) !== remove || (isElsewhere && !remove)) {
        return (answer: unknown) => isRefusal(answer)
      }
      if (remove) members.delete(vmid)
      else members.add(vmid)
      return null
    },
    call: (simulator) =>
      callAs(simulator)(`PUT /pools/${poolid}`, { vms: String(vmid), delete: remove }),
  })),
  record({ user: users, vmid: vmids, verb: constantFrom('start', 'stop') }).map(
    ({ user, vmid, verb }) => ({
      text: `${user} wants to ${verb} ${vmid}`,
      expected(state) {
        if (!state.held(user, `/vms/${vmid}`).has('VM.PowerMgmt')) {
          return `403 Permission check failed (/vms/${vmid}, VM.PowerMgmt)`
        }
        const isFutile = verb === 'start' && state.running.has(vmid)
        const status = isFutile ? `VM ${vmid} already running` : 'OK'
        state.tasks.unshift({ type: `qm${verb}`, id: String(vmid), user, status })
        if (verb === 'start') state.running.add(vmid)
        else state.running.delete(vmid)
        return (answer: unknown) => String(answer).startsWith('UPID:')
      },
      call: (simulator) => callAs(simulator, user)(`POST /nodes/pve1/qemu/${vmid}/status/${verb}`),
    }),
  ),
  record({ user: users, token: constantFrom('', '!ci', '!web'), path: paths }).map(
    ({ user, token, path }) => ({
      text: `what may ${user}${token} do on ${path}`,
      expected(state) {
        const who = `${user}${token}`
        if (!state.isKnown(who)) return () => true
        return {
          [path]: Object.fromEntries(
            [...state.held(who, path)].map(([name, down]) => [name, down ? 1 : 0]),
          ),
        }
      },
      call: (simulator) =>
        callAs(simulator)('GET /access/permissions', { userid: `${user}${token}`, path }),
    }),
  ),
  users.map((user) => ({
    text: `which tasks does ${user} see`,
    expected(state) {
      const seesAll = state.held(user, '/nodes/pve1').has('Sys.Audit')
      return state.tasks.filter((task) => seesAll || task.user === user)
    },
    async call(simulator) {
      const rows = await callAs(simulator, user)('GET /nodes/pve1/tasks', { limit: 1000 })
      return isList(rows)
        ? rows.map((row) => ({ type: row.type, id: row.id, user: row.user, status: row.status }))
        : rows
    },
  })),
  constantFrom(undefined).map(() => ({
    text: 'list pools',
    expected: (state) => [...state.pools.keys()].toSorted(),
    async call(simulator) {
      const rows = await callAs(simulator)('GET /pools')
      return isList(rows) ? rows.map(({ poolid }) => poolid) : rows
    },
  })),
]

/** Sequences of changes and questions about users, tokens, access lists, pools and tasks. */
export const accessCommands: Arbitrary<Iterable<Command>> = commands(
  steps.map((step) => step.map(commandOf)),
  { maxCommands: 60 },
)

function commandOf({ text, expected, call }: Step): Command {
  return {
    check: () => true,
    async run(state, simulator) {
      const wanted = expected(state)
      const answer = await call(simulator)
      await simulator.idle()
      const isRight =
        typeof wanted === 'function' ? wanted(answer) : isDeepStrictEqual(answer, wanted)
      if (isRight !== true) {
        throw new Error(`${text}: ${JSON.stringify(answer)}, not ${JSON.stringify(wanted)}`)
      }
    },
    toString: () => text,
  }
}

function isRefusal(answer: unknown): boolean {
  if (typeof answer === 'string') return /^[45]\d\d /.test(answer)
  return typeof answer === 'object' && answer !== null && 'errors' in answer
}

function isList(value: unknown): value is Record<string, unknown>[] {
  return Array.isArray(value)
}
