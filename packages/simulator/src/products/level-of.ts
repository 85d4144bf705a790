import type { Method, Product } from '@proxkit/schema'
import { HandlerTable, type Handler } from '../engine/handle.js'
import { levelOf, type Level } from '../engine/level.js'
import { pbsHandlers } from '../pbs/handlers.js'
import { pdmHandlers } from '../pdm/handlers.js'
import { pmgHandlers } from '../pmg/handlers.js'
import { handlers } from '../pve/handlers.js'

type Known = Pick<Handler, 'verb' | 'path' | 'isStored'>

const known: Readonly<Record<Product, readonly Known[]>> = {
  pve: handlers,
  pbs: pbsHandlers,
  pmg: pmgHandlers,
  pdm: pdmHandlers,
}

/** How true the answers of a product are, by operation. */
export function levelsOf(product: Product): (method: Method) => Level {
  const table = new HandlerTable(known[product])
  return (method) => levelOf(table.get(method))
}
