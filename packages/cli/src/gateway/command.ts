import { Command } from 'commander'
import { addSettings } from '../settings/add-settings.js'
import type { GatewayCommandOptions } from './gateway.js'

/** `proxkit gateway` */
export function gatewayCommand(): Command {
  const command = new Command('gateway').description(
    'Serve the API of a Proxmox server as REST, with its documentation, until Ctrl+C.',
  )
  return addSettings(command, 'gateway')
    .helpOption('-h, --help', 'print this help')
    .action(async (options: GatewayCommandOptions) => {
      const { gateway } = await import('./gateway.js')
      await gateway(options)
    })
}
