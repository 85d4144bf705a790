import { loadDefinition } from '@proxkit/schema'

// Run in a process of its own: what a program pays that uses one operation of the definition.
globalThis.gc()
const before = process.memoryUsage().heapUsed
const start = performance.now()
const definition = loadDefinition({ product: 'pve', version: '9.2' })
definition.find('GET', '/nodes/pve1/qemu')
const milliseconds = performance.now() - start
globalThis.gc()
const heap = process.memoryUsage().heapUsed - before
console.log(JSON.stringify({ milliseconds, heap, id: definition.id }))
