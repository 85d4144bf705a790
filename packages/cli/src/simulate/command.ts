import { Command } from 'commander'
import { addSettings } from '../settings/add-settings.js'
import type { SimulateOptions } from './simulate.js'

/** `proxkit simulate` */
export function simulateCommand(): Command {
  const command = new Command('simulate').description(
    'Run a simulated Proxmox VE cluster, or a server of another product, until Ctrl+C.',
  )
  return addSettings(command, 'simulate')
    .helpOption('-h, --help', 'print this help')
    .action(async (options: SimulateOptions) => {
      // Loaded only here, so that help and mistakes are answered at once.
      const { simulate } = await import('./simulate.js')
      await simulate(options)
    })
}
