import proxy from '@fastify/http-proxy'
import fastify from 'fastify'

// Fastify's own proxy before the server that the argument names.
const app = fastify()
app.register(proxy, { upstream: process.argv[2] ?? '' })
console.log(JSON.stringify({ url: await app.listen({ host: '127.0.0.1', port: 0 }) }))
