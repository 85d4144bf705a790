export { cacheDirectory } from './cache-directory.js'
export {
  loadNamedDefinition,
  readDefinitionFile,
  type NamedDefinition,
  type NamedDefinitionOptions,
} from './named-definition.js'
export {
  listPulledDefinitions,
  loadPulledDefinition,
  type LoadedPulledDefinition,
  type PulledDefinition,
} from './pulled-definitions.js'
export { pullDefinition, type PullOptions } from './pull-definition.js'
export { PullError } from './pull-error.js'
export type { PullTls } from './fetch-page.js'
export type { OperationTexts, VendorTexts } from './vendor-texts.js'
