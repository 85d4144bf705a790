import { Command } from 'commander'
import type { Verb } from '@proxkit/client'
import { addSettings } from '../settings/add-settings.js'
import type { CallOptions } from './call.js'

/** `proxkit get`, `create`, `set` and `delete`: the verbs of `pvesh`. */
export function callCommands(): Command[] {
  return [
    callCommand('get', { verb: 'GET', description: 'Read from the API.' }),
    callCommand('create', { verb: 'POST', description: 'Create something, or start a task.' }),
    callCommand('set', { verb: 'PUT', description: 'Change something.' }),
    callCommand('delete', { verb: 'DELETE', description: 'Delete something.' }),
  ]
}

interface CallCommandOptions {
  readonly verb: Verb
  readonly description: string
}

function callCommand(name: string, { verb, description }: CallCommandOptions): Command {
  return (
    connectionOptions(
      new Command(name)
        .description(
          `${description} Options of the command stand before the path, parameters after it.`,
        )
        .usage('[options] <path> [--parameter value]...')
        .argument('<path>', 'path of the API, such as /nodes/pve1/qemu')
        .argument('[parameters...]', 'parameters of the call, such as --full 1'),
    )
      .option('--wait', 'wait for the task that the call starts, and show its log', false)
      .helpOption('-h, --help', 'print this help')
      // What follows the path belongs to the call, whatever it is named.
      .passThroughOptions()
      .allowUnknownOption()
      .action(async (path: string, parameters: readonly string[], options: CallOptions) => {
        const { call } = await import('./call.js')
        await call({ verb, path, parameters }, options)
      })
  )
}

/** Adds the options that tell which server, and who calls. */
export function connectionOptions(command: Command): Command {
  return addSettings(command, 'call')
}
