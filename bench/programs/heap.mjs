const before = heapUsed()
await import(process.env.MODULE)
console.log(JSON.stringify({ bytes: heapUsed() - before }))

function heapUsed() {
  globalThis.gc()
  return process.memoryUsage().heapUsed
}
