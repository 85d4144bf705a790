import { inspect } from 'node:util'
import { createClient } from '@proxkit/client'
import { localTransport, opensshTransport, sshTransport } from '@proxkit/client/ssh'
import type { Example } from '../example.js'

/** Ways to connect; nothing is sent before the first call, and nothing that is printed holds a secret. */
export const connecting: Example = async ({ print }) => {
  const host = 'pve.example.com'
  const auth = { username: 'admin@pam', password: 'secret' }
  const token = 'monitoring@pve!api-token=11111111-2222-4333-8444-555555555555'
  const privateKey = '-----BEGIN OPENSSH PRIVATE KEY-----'
  const clients = [
    createClient({ host, auth }),
    createClient({ host, auth: { ...auth, secondFactor: { totp: '123456' } } }),
    createClient({ host, auth: { token } }),
    createClient({ host, auth, tls: { verify: false }, timeout: 30_000 }),
    createClient({ host, auth, proxy: 'http://user:pass@proxy.example.com:8080' }),
    createClient({ host: '2001:db8::1', auth }),
    createClient({ host: '[2001:db8::1]:8007', auth }),
    createClient({ url: 'https://example.com/proxmox', auth }),
    createClient({ product: 'pmg', host: 'mail.example.com', auth }),
    createClient({ product: 'pbs', host: 'backup.example.com', auth }),
    createClient({ transport: sshTransport({ host, auth: { password: 'secret' } }) }),
    createClient({ transport: sshTransport({ host, auth: { privateKey } }) }),
    createClient({
      transport: opensshTransport({ host, identityFile: '~/.ssh/id_rsa', forwardAgent: true }),
    }),
    createClient({ transport: localTransport({ sudo: true }) }),
  ]
  for (const client of clients) {
    print(inspect(client))
    await client.close()
  }
}
