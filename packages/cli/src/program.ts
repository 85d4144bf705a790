import { Command } from 'commander'
import { callCommands } from './call/command.js'
import { gatewayCommand } from './gateway/command.js'
import { generateCommand } from './generate/command.js'
import { packageVersion } from './package-version.js'
import { pveshCommand } from './pvesh/command.js'
import { schemaCommand } from './schema/command.js'
import { simulateCommand } from './simulate/command.js'

/** The whole command line. Throws `CommanderError` instead of ending the process. */
export function createProgram(): Command {
  const program = new Command('proxkit')
    .description(
      'Proxmox automation from a terminal: a simulated cluster, and the API from anywhere.',
    )
    .enablePositionalOptions()
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
  const commands = [
    simulateCommand(),
    gatewayCommand(),
    ...callCommands(),
    pveshCommand(),
    generateCommand(),
    schemaCommand(),
  ]
  for (const command of commands) program.addCommand(command)
  reportErrors(program)
  return program
}

function reportErrors(command: Command): void {
  command.exitOverride().configureOutput({
    outputError: (text, write) => write(`proxkit: ${oneLine(text.replace(/^error: /, ''))}\n`),
  })
  for (const subcommand of command.commands) reportErrors(subcommand)
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ')
}
