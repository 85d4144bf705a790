import { connectServer, type Server } from '@proxkit/client/server'
import type { ClusterPlace } from '@proxkit/gateway'
import type { Definition } from '@proxkit/schema'
import { type Login, loginOf, type LoginSettings } from '../connection/login-of.js'
import { type WaySettings, wayTo } from '../connection/way-to.js'
import { chooseDefinition } from '../simulate/choose-definition.js'
import { UsageError } from '../usage-error.js'

/** A cluster that calls can be sent to. */
export interface ConnectedCluster {
  readonly name: string
  readonly definition: Definition
  readonly server: Server
  readonly login?: Login
}

/** Prepares the connections to a cluster. Throws a `UsageError` where its place cannot be one. */
export async function connectCluster(
  name: string,
  place: ClusterPlace & LoginSettings & { readonly definition?: string | undefined },
  way: WaySettings,
): Promise<ConnectedCluster> {
  const { product, definition: file, 'api-version': version } = place
  const definition = chooseDefinition({
    product,
    ...(version !== undefined && { apiVersion: version }),
    ...(file !== undefined && { definition: file }),
  })
  const login = loginOf(place)
  const { fingerprint, ca, insecure } = place
  const options = await wayTo(place.host, { ...way, fingerprint, ca, insecure })
  try {
    const server = connectServer({ product: definition.id.product, ...options })
    return { name, definition, server, ...(login && { login }) }
  } catch (error) {
    // A host, a proxy or a fingerprint that is none.
    if (error instanceof TypeError) throw new UsageError(error.message, { cause: error })
    throw error
  }
}
