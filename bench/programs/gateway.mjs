import { connectServer } from '@proxkit/client/server'
import { createGateway } from '@proxkit/gateway'
import { loadDefinition } from '@proxkit/schema'

// The gateway before the server that the argument names.
const upstream = connectServer({ product: 'pve', url: process.argv[2] ?? '' })
const definition = loadDefinition({ product: 'pve', version: '9.2' })
const gateway = createGateway({
  clusters: [{ name: 'bench', definition, upstream }],
  mode: 'real',
})
console.log(JSON.stringify({ url: await gateway.listen() }))
