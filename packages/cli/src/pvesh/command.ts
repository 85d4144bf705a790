import { Command } from 'commander'
import type { ConnectionOptions } from '../call/call.js'
import { connectionOptions } from '../call/command.js'

/** `proxkit pvesh`: the command of a node, run from anywhere. */
export function pveshCommand(): Command {
  return connectionOptions(
    new Command('pvesh')
      .description(
        'What the command pvesh of a node does, output and exit code included, against any server.',
      )
      .usage('[options] get|create|set|delete|ls|usage <path> [--parameter value]...')
      .argument('[words...]', 'what pvesh is given, such as get /nodes --output-format json')
      .helpOption('-h, --help', 'print this help')
      .passThroughOptions()
      .allowUnknownOption(),
  ).action(async (words: readonly string[], options: ConnectionOptions) => {
    const { pvesh } = await import('./pvesh.js')
    process.exitCode = await pvesh(words, options)
  })
}
