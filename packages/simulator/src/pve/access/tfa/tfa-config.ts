import type { ConfigTree } from '../../../engine/config-tree.js'
import { noFactors, type Factors } from './factors.js'
import { formatTfaConfig } from './format-tfa-config.js'
import { parseTfaConfig, unreadableFile } from './parse-tfa-config.js'

/** What `priv/tfa.cfg` says. */
export interface TfaConfig {
  /** The second factors by user id. */
  readonly users: Map<string, Factors>
  /**
   * What stands there of a user in another form, by user id. The product refuses the whole file then; here only these
   * users are kept out.
   */
  readonly unreadable: Map<string, unknown>
}

const path = 'priv/tfa.cfg'

/** The present second factors, not to be changed; read anew only when the file has changed. */
export function readTfaConfig(config: ConfigTree): TfaConfig {
  return config.parse(path, parseTfaConfig)
}

/** A copy of what `priv/tfa.cfg` says, to be changed, and a way to put it in the place of the file. */
export function draftTfaConfig(config: ConfigTree): { draft: TfaConfig; save: () => void } {
  const draft = parseTfaConfig(config.read(path) ?? '')
  return { draft, save: () => config.write(path, formatTfaConfig(draft)) }
}

/** The factors of a user in a draft, none at first. Throws the vendor's 500 for those that cannot be read. */
export function factorsToChange({ users, unreadable }: TfaConfig, userid: string): Factors {
  if (unreadable.has(userid)) throw unreadableFile()
  let factors = users.get(userid)
  if (!factors) users.set(userid, (factors = noFactors()))
  return factors
}

/** pve-access-control AccessControl.pm: user_remove_tfa */
export function removeFactors(config: ConfigTree, userid: string): void {
  const { draft, save } = draftTfaConfig(config)
  draft.users.delete(userid)
  draft.unreadable.delete(userid)
  save()
}
