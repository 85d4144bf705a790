import { X509Certificate } from 'node:crypto'
import http from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'
import { selfSigned } from './self-signed.mjs'

// Answers each path with a fixed body: the least that an HTTP server of Node.js can do.
const bodies = new Map(Object.entries(JSON.parse(await text(process.stdin))))
const isSecure = process.argv.includes('--tls')
// What a node says of the connection where its privileged daemon answered in its place; clients close it.
const isRelayed = process.argv.includes('--relayed')
const headers = {
  'Cache-Control': 'max-age=0',
  Pragma: 'no-cache',
  Server: 'pve-api-daemon/3.0',
  'Content-Type': 'application/json;charset=UTF-8',
  ...(isRelayed && { Connection: ['close', 'Keep-Alive'] }),
}

const pair = isSecure ? await selfSigned() : undefined
const server = pair ? https.createServer(pair, answer) : http.createServer(answer)
server.listen(0, '127.0.0.1', () => {
  const url = `${pair ? 'https' : 'http'}://127.0.0.1:${server.address().port}`
  const fingerprint = pair && new X509Certificate(pair.cert).fingerprint256
  console.log(JSON.stringify({ url, fingerprint }))
})

function answer(request, response) {
  const body = bodies.get(request.url)
  if (body === undefined) {
    response.writeHead(501).end()
    return
  }
  // A body is heard out before it is answered, as it has to be where its parameters count.
  request.resume().on('end', () => {
    response.writeHead(200, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body)
  })
}
