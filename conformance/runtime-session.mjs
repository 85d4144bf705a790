import { createClient } from '@proxkit/client'
import { once } from 'node:events'
import { guestLife } from './guest-life.mjs'

const { URL: url, TOKEN: token, FINGERPRINT: fingerprint } = process.env
const pve = createClient({ url, auth: { token }, tls: { fingerprint } })
const results = await guestLife(pve)

await check('a terminal asks who there is, and goes on', 'pve1 login: ', async () => {
  const terminal = await pve.nodes('pve1').console()
  let shown = ''
  terminal.on('data', (chunk) => {
    shown += chunk
  })
  terminal.write('\r')
  while (!shown.endsWith('\r\npve1 login: ')) await once(terminal, 'data')
  terminal.end()
  await once(terminal, 'close')
  return shown.slice(0, 12)
})

await check(
  'another certificate than the pinned one is refused',
  'ERR_TLS_FINGERPRINT',
  async () => {
    const other = createClient({ url, auth: { token }, tls: { fingerprint: 'AA'.repeat(32) } })
    const code = await other.version.get().then(
      () => 'accepted',
      (error) => error.code,
    )
    await other.close()
    return code
  },
)

await pve.close()
console.log(JSON.stringify(results))

async function check(name, expected, find) {
  const found = await find().catch((error) => String(error))
  const detail = `found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`
  results.push({ name, passed: found === expected, detail })
}
