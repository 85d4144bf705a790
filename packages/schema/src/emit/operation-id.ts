import type { Method } from '../model.js'
import { pascalCase } from './names.js'

/**
 * The name of an operation in generated code: `GET /nodes/{node}/qemu` → `getNodesNodeQemu`.
 *
 * It depends on verb and path alone, so it is the same in every version that has the operation.
 */
export const operationId = ({ verb, path }: Pick<Method, 'verb' | 'path'>): string =>
  `${verb.toLowerCase()}${pascalCase(path)}`
