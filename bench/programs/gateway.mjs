import { connectServer, systemClock } from '@proxkit/client/server'
import { createGateway, guardUpstream, memoryStore } from '@proxkit/gateway'
import { loadDefinition } from '@proxkit/schema'

// The gateway before the server that the argument names, as `proxkit gateway` has it where nothing else is set.
const server = connectServer({ product: 'pve', url: process.argv[2] ?? '' })
const definition = loadDefinition({ product: 'pve', version: '9.2' })
const name = 'bench'
const upstream = guardUpstream(server, {
  definition,
  name,
  store: memoryStore(systemClock),
  cache: 0,
  concurrency: 64,
  waiting: 1000,
})
const gateway = createGateway({
  clusters: [{ name, definition, upstream }],
  mode: 'real',
})
console.log(JSON.stringify({ url: await gateway.listen() }))
