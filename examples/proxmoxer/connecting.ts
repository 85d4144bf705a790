import { createClient } from '@proxkit/client'
import type { Example } from '../example.js'

/** Ways to connect; nothing is sent before the first call. */
export const connecting: Example = async ({ print }) => {
  const host = 'pve.example.com'
  const byPassword = { username: 'admin@pam', password: 'secret' }
  const token = 'monitoring@pve!api-token=11111111-2222-4333-8444-555555555555'
  const clients = [
    createClient({ host, auth: byPassword }),
    createClient({ host, auth: { ...byPassword, secondFactor: { totp: '123456' } } }),
    createClient({ host, auth: { token } }),
    createClient({ host, auth: byPassword, tls: { verify: false }, timeout: 10_000 }),
    createClient({ host, auth: byPassword, proxy: 'http://proxy.example.com:8080' }),
    createClient({ host: '2001:db8::1', auth: { token } }),
    createClient({ url: 'https://example.com/proxmox', auth: { token } }),
    createClient({ product: 'pmg', host: 'mail.example.com', auth: byPassword }),
    createClient({ product: 'pbs', host: 'backup.example.com', auth: byPassword }),
  ]
  for (const client of clients) {
    print(String(client))
    await client.close()
  }
}
