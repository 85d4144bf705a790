import { get, request } from 'node:https'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { content, measure, size } from './content.mjs'

const { URL_OF_SERVER: url, CA: ca } = process.env
const target = `${url}/api2/json/nodes/pve1/storage/local/upload`
await answerOf(get(url, { ca }))
await measure(async () => {
  const sent = request(target, { ca, method: 'POST', headers: { 'content-length': size } })
  const answered = answerOf(sent)
  await pipeline(Readable.from(content(), { objectMode: false }), sent)
  await answered
})

async function answerOf(sent) {
  const response = await new Promise((resolve, reject) => {
    sent.on('response', resolve).on('error', reject)
  })
  return text(response)
}
