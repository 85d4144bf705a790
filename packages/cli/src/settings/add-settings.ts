import type { Command } from 'commander'
import { fillIn } from './fill-in.js'
import { optionOf } from './option-of.js'
import { type Settled, settings } from './settings.js'

/** Gives a command the options of its settings, and fills in before it runs what the environment and the file say. */
export function addSettings(command: Command, settled: Settled): Command {
  const own = settings.filter(({ flags }) => flags[settled] !== undefined)
  for (const setting of own) command.addOption(optionOf(setting, settled))
  return command.hook('preAction', (running) => fillIn(running, own, settled))
}
