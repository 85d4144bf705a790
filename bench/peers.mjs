import { PveClient } from '@corsinvest/cv4pve-api-javascript'
import { createClient } from '@proxkit/client'
import proxmoxApi from 'proxmox-api'
import { Agent, fetch, Pool } from 'undici'

/** The same call through our client, through what it is built on, and through other clients. */
export function createPeers({ url, cert }, { token, connections }) {
  const { hostname: host, port } = new URL(url)
  const [tokenID, tokenSecret] = token.split('=')

  const client = createClient({ url, auth: { token }, tls: { ca: cert }, connections })
  const pool = new Pool(url, { connections, connect: { ca: cert } })
  const dispatcher = new Agent({ connections, connect: { ca: cert } })
  const api = proxmoxApi({
    host,
    port,
    tokenID,
    tokenSecret,
    fetch: (target, init) => fetch(target, { ...init, dispatcher }),
  })
  const corsinvest = new PveClient(host, Number(port))
  corsinvest.apiToken = token

  const headers = { authorization: `PVEAPIToken=${token}` }
  return {
    ours: () => client.version.get(),
    'an undici Pool': async () => {
      const { body } = await pool.request({ method: 'GET', path: '/api2/json/version', headers })
      return (await body.json()).data
    },
    'proxmox-api': () => api.version.$get(),
    '@corsinvest/cv4pve-api-javascript': async () =>
      (await corsinvest.get('/version')).response.data,
    close: () => Promise.all([client.close(), pool.close(), dispatcher.close()]),
  }
}
