import { Command } from 'commander'
import { callCommands } from './call/command.js'
import { packageVersion } from './package-version.js'
import { pveshCommand } from './pvesh/command.js'
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
  for (const command of [simulateCommand(), ...callCommands(), pveshCommand()])
    program.addCommand(command)
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      outputError: (text, write) => write(`proxkit: ${oneLine(text.replace(/^error: /, ''))}\n`),
    })
  }
  return program
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ')
}
