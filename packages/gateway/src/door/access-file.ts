import { readYaml } from '../configuration.js'
import { accessSchema } from './access-schema.js'
import type { Access } from './access.js'

/** Reads who may do what; throws a `ConfigurationError` that names the file, the line and the column of a mistake. */
export const readAccess = (text: string, file: string): Access =>
  readYaml(text, { file, schema: accessSchema })
