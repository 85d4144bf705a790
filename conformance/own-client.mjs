import { createClient } from '@proxkit/client'
import { guestLife } from './guest-life.mjs'

/** A client that logs in to a simulator with its password. */
export function connect({ url, fingerprint, user: username, password }) {
  return createClient({ url, auth: { username, password }, tls: { fingerprint } })
}

export async function lifeByPassword(simulator) {
  return await live(connect(simulator))
}

/** With a token that it makes, which not every seed has. */
export async function lifeByToken(simulator) {
  const { url, fingerprint, user } = simulator
  const owner = connect(simulator)
  const made = owner.access.users(user).token('conformance')
  const { 'full-tokenid': id, value } = await made.post({ privsep: false })
  await owner.close()
  return await live(createClient({ url, auth: { token: `${id}=${value}` }, tls: { fingerprint } }))
}

export async function lifeInProcess({ cluster }) {
  return await live(createClient({ transport: cluster.transport() }))
}

async function live(client) {
  try {
    return await guestLife(client)
  } finally {
    await client.close()
  }
}
