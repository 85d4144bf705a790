import assert from 'node:assert/strict'
import { createClient } from '@proxkit/client'

// What a program does with the client, to be run by whatever runs JavaScript.
const {
  URL_OF_SIMULATOR: url,
  FINGERPRINT: fingerprint,
  TOKEN: token,
  PASSWORD: password,
} = process.env
const tls = { fingerprint }
const rejection = (call) =>
  call.then(
    () => assert.fail('the call succeeded'),
    (error) => error,
  )

const byToken = createClient({ url, auth: { token }, tls })
const { version } = await byToken.version()
assert.match(version, /^9\.2/)

// More at a time than the first calls, which go another way.
const many = await Promise.all(Array.from({ length: 50 }, () => byToken.nodes()))
assert.equal(many.length, 50)

const missing = await rejection(byToken.nodes('pve1').qemu(4711).config.get())
assert.equal(missing.name, 'ApiError')
assert.equal(missing.code, 'not-found')

const task = await byToken.nodes('pve1').qemu(106).status.start.post()
assert.equal((await task.done()).outcome, 'ok')

const text = 'not much of an image'
const upload = {
  field: 'filename',
  filename: 'tiny.iso',
  size: text.length,
  open: async function* open() {
    yield Buffer.from(text)
  },
}
const taken = await byToken.request(
  'POST',
  'nodes/pve1/storage/local/upload',
  { content: 'iso' },
  { upload },
)
await byToken.task(String(taken)).done()
await byToken.nodes('pve1').storage('local').content('local:iso/tiny.iso').delete()
await byToken.close()

const byPassword = createClient({ url, auth: { username: 'root@pam', password }, tls })
const calls = await Promise.all(Array.from({ length: 20 }, () => byPassword.access.permissions()))
assert.equal(calls.length, 20)
assert.equal(byPassword.session.user, 'root@pam')
const pair = await byPassword.session.exportTicket()
await byPassword.close()

const byTicket = createClient({ url, auth: pair, tls })
await byTicket.pools.post({ poolid: 'runtime' })
await byTicket.pools.delete({ poolid: 'runtime' })
const reason = await rejection(byTicket.nodes.get(undefined, { signal: AbortSignal.abort(7) }))
assert.equal(reason, 7)
await byTicket.close()

const other = createClient({ url, auth: { token }, tls: { fingerprint: '00'.repeat(32) } })
const mismatch = await rejection(other.version())
assert.equal(mismatch.name, 'TransportError')
assert.equal(mismatch.code, 'ERR_TLS_FINGERPRINT')
const untrusted = createClient({ url, auth: { token } })
assert.equal((await rejection(untrusted.version())).stage, 'connect')
console.log('all calls went well')
