import { systemClock } from '@proxkit/client/server'
import type {
  Access,
  AuditFile,
  Cluster,
  Door,
  HeldLogin,
  RedisStore,
  SharedStore,
} from '@proxkit/gateway'
import type { PasswordLogin } from '../connection/login-of.js'
import { readOperatorFile } from '../connection/read-operator-file.js'
import { systemCode } from '../system-code.js'
import { UsageError } from '../usage-error.js'
import type { ConnectedCluster } from './connect-clusters.js'

export interface GuardSettings {
  /** Path of a file. */
  readonly access?: string
  /** Path of a file. */
  readonly audit?: string
  /** Calls in a minute. */
  readonly rateLimit?: number
  /** Seconds. */
  readonly cacheAnswers?: number
  readonly concurrency: number
  readonly queue: number
  readonly redis?: string
}

/** Clusters that are spared, behind a door that knows who may. */
export interface Guarded {
  readonly clusters: readonly [Cluster, ...Cluster[]]
  readonly door: Door
  /** Writes down what is to be audited, and counts in common, where the settings ask for it. */
  readonly audit: AuditFile['write'] | undefined
  readonly redis: RedisStore['redis'] | undefined
  close(): Promise<void>
}

/** Puts before clusters what the settings ask for. Throws a `UsageError` where they contradict each other. */
export async function guardClusters(
  connected: readonly [ConnectedCluster, ...ConnectedCluster[]],
  settings: GuardSettings,
): Promise<Guarded> {
  const gateway = await import('@proxkit/gateway')
  const {
    access: path,
    audit,
    rateLimit,
    cacheAnswers = 0,
    concurrency,
    queue,
    redis: url,
  } = settings
  const access = path === undefined ? undefined : await readAccessFile(path)
  // What can be refused is, before anything is opened.
  if (!access) refuseHeld(connected)
  const file = audit === undefined ? undefined : await openAudit(audit)
  const redis = url === undefined ? undefined : gateway.redisStore(url, { onError: reportRedis() })
  const store: SharedStore = redis ?? gateway.memoryStore(systemClock)
  const guarded = ({ name, definition, server }: ConnectedCluster): Cluster => ({
    name,
    definition,
    upstream: gateway.guardUpstream(server, {
      definition,
      name,
      store,
      cache: cacheAnswers * 1000,
      concurrency,
      waiting: queue,
    }),
  })
  const [first, ...others] = connected
  const close = async (): Promise<void> => {
    await file?.close()
    await store.close()
  }
  let door: Door = gateway.ownCredentials()
  if (access) {
    try {
      door = gateway.guardedDoor({ access, logins: await loginsOf(connected, store) })
    } catch (error) {
      await close()
      throw error
    }
  }
  if (rateLimit !== undefined) {
    door = gateway.limitedDoor(door, {
      perMinute: rateLimit,
      ...(redis && { redis: redis.redis }),
    })
  }
  if (file)
    door = gateway.auditedDoor(door, { clock: systemClock, write: (record) => file.write(record) })
  return {
    clusters: [guarded(first), ...others.map(guarded)],
    door,
    audit: file && ((record) => file.write(record)),
    redis: redis?.redis,
    close,
  }
}

/** Whoever reached a gateway that holds a login could act with it, if it asked for nothing. */
function refuseHeld(connected: readonly ConnectedCluster[]): void {
  const held = connected.find(({ login }) => login)
  if (!held) return
  throw new UsageError(
    `the gateway has a login for cluster '${held.name}', and nothing says who may act with it: give --access, or leave token, user and password away, so that callers bring their own`,
  )
}

async function readAccessFile(path: string): Promise<Access> {
  const { ConfigurationError, readAccess } = await import('@proxkit/gateway')
  try {
    return readAccess(await readOperatorFile(path), path)
  } catch (error) {
    if (error instanceof ConfigurationError) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

async function loginsOf(
  connected: readonly ConnectedCluster[],
  store: SharedStore,
): Promise<ReadonlyMap<string, HeldLogin>> {
  const { tokenLogin } = await import('@proxkit/gateway')
  const logins = new Map<string, HeldLogin>()
  for (const cluster of connected) {
    const { name, definition, login } = cluster
    if (!login) {
      throw new UsageError(
        `--access says who may act with the login of the gateway, which has none for cluster '${name}': give token, or user and password`,
      )
    }
    const held =
      'token' in login
        ? tokenLogin(login.token, definition.id.product)
        : await heldTicket(cluster, { login, store })
    logins.set(name, held)
  }
  return logins
}

async function heldTicket(
  { name, definition, server }: ConnectedCluster,
  { login, store }: { readonly login: PasswordLogin; readonly store: SharedStore },
): Promise<HeldLogin> {
  const { ticketLogin } = await import('@proxkit/gateway')
  const { username, password } = login
  let { secondFactor } = login
  const held = ticketLogin({
    product: definition.id.product,
    name,
    username,
    password,
    store,
    clock: systemClock,
    logIn(ticket, signal) {
      const first = { username, password, ...(secondFactor && { secondFactor }) }
      // It serves once; whoever tries it again is locked out.
      secondFactor = undefined
      return server.login(ticket ? { ...ticket, password } : first, signal)
    },
  })
  // It does not serve for long either.
  if (secondFactor) await held.shown()
  return held
}

async function openAudit(
  path: string,
): ReturnType<typeof import('@proxkit/gateway').openAuditFile> {
  const { openAuditFile } = await import('@proxkit/gateway')
  try {
    return await openAuditFile(path)
  } catch (error) {
    throw new UsageError(`cannot write to ${path}: ${systemCode(error) ?? String(error)}`)
  }
}

/** Tells of a trouble once, not with every attempt to connect again. */
function reportRedis(): (error: Error) => void {
  let told = ''
  return ({ message }) => {
    if (message === told) return
    told = message
    process.stderr.write(`proxkit: redis: ${message}; until it answers this gateway is by itself\n`)
  }
}
