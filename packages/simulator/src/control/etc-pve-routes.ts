import type { Simulator } from '../create-simulator.js'
import { ControlError } from './control-error.js'
import type { ControlRoute } from './control-routes.js'

/** Copies of `/etc/pve`, as tar archives. */
export function etcPveRoutes(simulator: Simulator): readonly ControlRoute[] {
  const { product } = simulator.definition.id
  const requireCluster = (): void => {
    if (product !== 'pve') throw new ControlError(409, `${product} has no /etc/pve`)
  }
  return [
    {
      verb: 'GET',
      path: '/export',
      summary: 'a tar archive of /etc/pve',
      run: async () => {
        requireCluster()
        const { packEtcPve } = await import('../etc-pve/write-etc-pve.js')
        return packEtcPve(simulator.snapshot(), { time: simulator.clock.now() })
      },
    },
    {
      verb: 'POST',
      path: '/import',
      summary: 'begins anew with the tar archive of /etc/pve in the body',
      takesBytes: true,
      run: async ({ body }) => {
        requireCluster()
        const { readEtcPveArchive } = await import('../etc-pve/read-etc-pve.js')
        const archive = body instanceof Uint8Array ? body : new Uint8Array()
        const { cluster, notes } = await readEtcPveArchive(archive)
        simulator.reset({ seed: cluster })
        return { notes }
      },
    },
  ]
}
