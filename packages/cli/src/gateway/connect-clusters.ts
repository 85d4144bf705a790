import { connectServer, type Server } from '@proxkit/client/server'
import type { ClusterPlace } from '@proxkit/gateway'
import type { Definition } from '@proxkit/schema'
import { chooseDefinition } from '../simulate/choose-definition.js'
import { UsageError } from '../usage-error.js'
import { readOperatorFile } from './read-operator-file.js'

/** How clusters are reached. */
export interface Way {
  readonly proxy?: string
  /** Seconds. */
  readonly timeout: number
}

/** A cluster that calls can be sent to. */
export interface ConnectedCluster {
  readonly name: string
  readonly definition: Definition
  readonly server: Server
  readonly login?: HeldSecret
}

/** The login that a gateway holds. */
export type HeldSecret =
  | { readonly token: string }
  | { readonly username: string; readonly password: string }

/** Prepares the connections to a cluster. Throws a `UsageError` where its place cannot be one. */
export async function connectCluster(
  name: string,
  place: ClusterPlace & { readonly definition?: string | undefined },
  { proxy, timeout }: Way,
): Promise<ConnectedCluster> {
  const { host, product, fingerprint, ca, insecure, definition: file } = place
  const version = place['api-version']
  if ([ca, fingerprint, insecure || undefined].filter(Boolean).length > 1) {
    throw new UsageError('of --ca, --fingerprint and --insecure only one can be given')
  }
  const tls = fingerprint
    ? { fingerprint }
    : ca
      ? { ca: await readOperatorFile(ca) }
      : { verify: !insecure }
  const hosts = (typeof host === 'string' ? host.split(',') : host).map((text) => text.trim())
  const address = hosts.some((text) => text.includes('://')) ? { url: hosts } : { host: hosts }
  const definition = chooseDefinition({
    product,
    ...(version !== undefined && { apiVersion: version }),
    ...(file !== undefined && { definition: file }),
  })
  const login = loginOf(name, place)
  try {
    const server = connectServer({
      product: definition.id.product,
      ...address,
      ...(proxy !== undefined && { proxy }),
      timeout: timeout * 1000,
      tls,
    })
    return { name, definition, server, ...(login && { login }) }
  } catch (error) {
    // A host, a proxy or a fingerprint that is none.
    if (error instanceof TypeError) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

/** The login among the settings of a cluster. */
export function loginOf(
  name: string,
  { token, user, password }: Pick<ClusterPlace, 'token' | 'user' | 'password'>,
): HeldSecret | undefined {
  if (token !== undefined) return { token }
  if (user === undefined && password === undefined) return undefined
  if (user !== undefined && password !== undefined) return { username: user, password }
  throw new UsageError(`cluster ${name}: user and password go together`)
}
