import { failed } from '../../engine/fault.js'
import { parseIdMap, type IdMap } from '../guest/id-map.js'
import { readEndpoint } from './endpoint.js'
import { RemoteApi } from './remote-api.js'

/** Where a guest goes, and what stands for what there. */
export interface RemoteTarget {
  readonly api: RemoteApi
  /** The node that answers at the endpoint. */
  readonly node: string
  readonly vmid: number
  readonly storages: IdMap
  readonly bridges: IdMap
}

interface RemoteParams {
  readonly vmid: string
  readonly 'target-vmid'?: string
  readonly 'target-endpoint': string
  readonly 'target-storage': string
  readonly 'target-bridge': string
}

/** Gets in touch with the other cluster; `check` is what is looked at once it is reached. */
export async function remoteTarget(
  params: RemoteParams,
  check: () => void = () => {},
): Promise<RemoteTarget> {
  const api = new RemoteApi(readEndpoint(params['target-endpoint']))
  await api.learnFingerprint()
  check()
  const storages = parseIdMap(params['target-storage'], { name: 'target-storage', of: 'storage' })
  const bridges = parseIdMap(params['target-bridge'], { name: 'target-bridge', of: 'bridge' })
  if (storages.isIdentity) throw failed('remote migration requires explicit storage mapping!')
  const node = await api.localNode()
  return { api, node, vmid: Number(params['target-vmid'] ?? params.vmid), storages, bridges }
}
