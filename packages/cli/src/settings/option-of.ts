import { Option } from 'commander'
import { type Setting, type Settled, variableOf } from './settings.js'

/** The option that a setting is to a command. */
export function optionOf(setting: Setting, settled: Settled): Option {
  const { flags, description, preset, choices, excludes, parse } = setting
  const option = new Option(flags[settled] ?? '', description)
  // With a word a switch says more than that it is there, so that it is read with the file.
  if (!isSwitch(option)) option.env(variableOf(setting))
  if (preset !== undefined && !option.negate) option.default(preset)
  if (excludes) option.conflicts(excludes)
  if (choices) option.choices(choices)
  if (parse) option.argParser(parse)
  return option
}

export const isSwitch = (option: Option): boolean => option.isBoolean() || option.negate
