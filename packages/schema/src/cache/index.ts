export { cacheDirectory } from './cache-directory.js'
export {
  loadNamedDefinition,
  readDefinitionFile,
  type NamedDefinition,
  type NamedDefinitionOptions,
} from './named-definition.js'
export {
  type FetchedDefinition,
  listPulledDefinitions,
  loadPulledDefinition,
  savePulledDefinition,
  type LoadedPulledDefinition,
  type PulledDefinition,
} from './pulled-definitions.js'
export {
  fetchDefinition,
  type FetchDefinitionOptions,
  pullDefinition,
  type PullOptions,
  requireFreeName,
} from './pull-definition.js'
export type { Reach } from './open-socket.js'
export { PullError } from './pull-error.js'
export type { PullTls } from './fetch-page.js'
export type { OperationTexts, VendorTexts } from './vendor-texts.js'
