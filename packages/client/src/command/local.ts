import type { Transport } from '@proxkit/schema'
import { type Shell, ShellRefusal } from './shell.js'
import { spawnShell } from './spawned-shell.js'
import { type CommandOptions, CommandTransport } from './transport.js'

/** Runs `pvesh` or `pmgsh` on this machine, which is a node of the cluster. */
export const localTransport = (options: CommandOptions = {}): Transport =>
  new CommandTransport(localShell, options)

const localShell: Shell = {
  host: 'localhost',
  start: (commandLine) => spawnShell('sh', ['-c', commandLine]),
  refusal: (printed) => new ShellRefusal(`the shell did not start: ${printed}`),
  close: async () => {},
}
