import { createClient } from '@proxkit/client'
import { Pool } from 'undici'

/** The same calls through the typed client and through undici, which it is built on. */
export function createCallers(url, { token, path, connections }) {
  const client = createClient({ url, auth: { token }, connections })
  const resource = client(path)
  const pool = new Pool(url, { connections })
  const request = {
    method: 'GET',
    path: `/api2/json/${path}`,
    headers: { authorization: `PVEAPIToken=${token}` },
  }
  return {
    viaClient: () => resource.get(),
    viaPool: async () => {
      const { body } = await pool.request(request)
      const { data } = await body.json()
      return data
    },
    close: () => Promise.all([client.close(), pool.close()]),
  }
}

/** Calls per second with so many of them under way at a time. */
export async function callRate(call, { calls, atOnce }) {
  let left = calls
  const started = performance.now()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left > 0) {
        left -= 1
        await call()
      }
    }),
  )
  return calls / ((performance.now() - started) / 1000)
}
