import { type Command, InvalidArgumentError } from 'commander'
import { UsageError } from '../usage-error.js'
import { isSwitch, optionOf } from './option-of.js'
import { parseSwitch } from './parsers.js'
import { readSettingsFile } from './read-settings-file.js'
import { type Setting, type Settled, settings, variableOf } from './settings.js'

/** Fills in what no flag has said: switches from the environment, then all from the file. */
export async function fillIn(
  command: Command,
  own: readonly Setting[],
  settled: Settled,
): Promise<void> {
  await reportUnknown(Object.keys(process.env))
  const path: unknown = command.getOptionValue('config')
  const file = typeof path === 'string' ? await readSettingsFile(path) : new Map<string, string>()
  for (const setting of own) {
    const option = optionOf(setting, settled)
    const attribute = option.attributeName()
    const source = command.getOptionValueSource(attribute)
    if (source !== undefined && source !== 'default') continue
    const variable = variableOf(setting)
    const said = isSwitch(option) ? process.env[variable] : undefined
    const text = said ?? file.get(setting.name)
    if (text === undefined) continue
    const place = said === undefined ? `${setting.name} in ${String(path)}` : variable
    const value = read(text, { setting, isSwitch: isSwitch(option), place })
    command.setOptionValueWithSource(attribute, value, said === undefined ? 'config' : 'env')
  }
  reportIdle(command, own, settled)
}

/** What the mode of a gateway leaves unread is told, since it may have been meant. */
function reportIdle(command: Command, own: readonly Setting[], settled: Settled): void {
  const chosen: unknown = command.getOptionValue('mode')
  if (chosen === undefined) return
  for (const setting of own) {
    const { name, mode } = setting
    if (mode === undefined || mode === chosen) continue
    const source = command.getOptionValueSource(optionOf(setting, settled).attributeName())
    if (source === undefined || source === 'default') continue
    process.stderr.write(`proxkit: ${name} counts in mode ${mode} only\n`)
  }
}

function read(
  text: string,
  {
    setting: { parse, choices },
    isSwitch,
    place,
  }: { readonly setting: Setting; readonly isSwitch: boolean; readonly place: string },
): string | number | boolean {
  if (choices && !choices.includes(text)) {
    throw new UsageError(`'${text}' is no value for ${place}: give ${choices.join(', ')}`)
  }
  try {
    return isSwitch ? parseSwitch(text) : (parse?.(text) ?? text)
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error
    throw new UsageError(`'${text}' is no value for ${place}. ${error.message}`)
  }
}

/** Read by the package that keeps pulled definitions. */
const others = ['PROXKIT_CACHE']

/** A name that nothing reads is a mistake that would go unseen. */
async function reportUnknown(names: readonly string[]): Promise<void> {
  const known = [...settings.map(variableOf), ...others]
  const unknown = names.filter((name) => name.startsWith('PROXKIT_') && !known.includes(name))
  if (unknown.length === 0) return
  const { closest, distance } = await import('fastest-levenshtein')
  for (const name of unknown) {
    const near = closest(name, known)
    const hint = distance(name, near) < 4 ? `; is it ${near}?` : ''
    process.stderr.write(`proxkit: nothing reads ${name}${hint}\n`)
  }
}
