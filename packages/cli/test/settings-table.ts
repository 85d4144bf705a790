import { optionOf } from '../src/settings/option-of.js'
import { type Settled, settings, variableOf } from '../src/settings/settings.js'

/** The rows of the table of settings, as the documentation has them. */
export function settingsRows(): string[][] {
  return settings.map((setting) => {
    const { name, flags, description, preset, choices, mode } = setting
    const commands: readonly Settled[] = ['simulate', 'gateway', 'call']
    const options = commands.flatMap((command) =>
      flags[command] === undefined
        ? []
        : [`\`${command === 'call' ? 'calls' : command} ${optionOf(setting, command).long}\``],
    )
    return [
      `\`${name}\``,
      `\`${variableOf(setting)}\``,
      options.join(', '),
      [
        description,
        choices && `(${choices.join(', ')})`,
        flags.gateway !== undefined && mode && `[${mode}]`,
      ]
        .filter(Boolean)
        .join(' '),
      preset === undefined ? '' : `\`${preset}\``,
    ]
  })
}
