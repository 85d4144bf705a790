import { Command, Option } from 'commander'
import type { DiffOptions } from './diff.js'
import type { ListOptions } from './list.js'
import { outputOption, productOption, versionOption } from './options.js'
import type { PullCommandOptions } from './pull.js'
import type { ShowOptions } from './show.js'

/** `proxkit schema pull`, `list`, `show` and `diff` */
export function schemaCommand(): Command {
  const command = new Command('schema')
    .description('API definitions: what each version of each product takes and answers.')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
  for (const subcommand of [listCommand(), showCommand(), diffCommand(), pullCommand()]) {
    command.addCommand(subcommand.helpOption('-h, --help', 'print this help'))
  }
  return command
}

function listCommand(): Command {
  return new Command('list')
    .description('List the definitions that are at hand: built in, and pulled.')
    .addOption(outputOption())
    .action(async (options: ListOptions) => {
      const { list } = await import('./list.js')
      list(options)
    })
}

function showCommand(): Command {
  return new Command('show')
    .description('Show what can be called at a path, with parameters, results and permissions.')
    .argument('<path>', 'such as /nodes/{node}/qemu or /nodes/pve1/qemu')
    .argument('[verb]', 'only GET, POST, PUT or DELETE')
    .addOption(productOption())
    .addOption(versionOption())
    .addOption(outputOption())
    .action(async (path: string, verb: string | undefined, options: ShowOptions) => {
      const { show } = await import('./show.js')
      show({ path, verb }, options)
    })
}

function diffCommand(): Command {
  return new Command('diff')
    .description('Tell what differs between two definitions; ! marks what can break a caller.')
    .argument('<from>', 'version such as 8.4, name of a definition, or a file')
    .argument('<to>', 'the same')
    .addOption(productOption())
    .option('--breaking', 'only what can break a caller', false)
    .addOption(outputOption())
    .action(async (from: string, to: string, options: DiffOptions) => {
      const { diff } = await import('./diff.js')
      diff({ from, to }, options)
    })
}

function pullCommand(): Command {
  return new Command('pull')
    .description('Fetch the definition that a server serves, with its texts; no login is needed.')
    .argument('<server>', 'URL such as https://pve1:8006, or a host')
    .option('--name <name>', 'what to keep it as (default: product and version)')
    .addOption(productOption().default(undefined, 'found out'))
    .option('--version <version>', 'version of the server, where it does not tell')
    .addOption(
      new Option(
        '--fingerprint <fingerprint>',
        'SHA-256 fingerprint of the one certificate to accept',
      )
        .env('PROXKIT_FINGERPRINT')
        .conflicts(['ca', 'insecure']),
    )
    .addOption(
      new Option('--ca <file>', 'certificate (PEM) to trust as well').conflicts('insecure'),
    )
    .option('--insecure', 'accept any certificate')
    .action(async (server: string, options: PullCommandOptions) => {
      const { pull } = await import('./pull.js')
      await pull(server, options)
    })
}
