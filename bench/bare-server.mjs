import http from 'node:http'
import { text } from 'node:stream/consumers'

// Answers each path with a fixed body: the least that an HTTP server of Node.js can do.
const bodies = new Map(Object.entries(JSON.parse(await text(process.stdin))))
const headers = {
  'Cache-Control': 'max-age=0',
  Pragma: 'no-cache',
  Server: 'pve-api-daemon/3.0',
  'Content-Type': 'application/json;charset=UTF-8',
}

const server = http.createServer((request, response) => {
  const body = bodies.get(request.url)
  if (body === undefined) {
    response.writeHead(501).end()
    return
  }
  response.writeHead(200, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body)
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
