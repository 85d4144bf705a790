import { createServer } from 'node:https'
import { selfSigned } from './self-signed.mjs'

// Answers every GET with one small body, and every POST when all of it came: the least that an API would do.
const body = '{"data":{"release":"9.2","repoid":"0000000000000000","version":"9.2.1"}}'
const pair = await selfSigned()
const server = createServer(pair, (request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, { 'Content-Type': 'application/json;charset=UTF-8' }).end(body)
  })
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address()
  console.log(JSON.stringify({ url: `https://127.0.0.1:${port}`, cert: pair.cert }))
})
