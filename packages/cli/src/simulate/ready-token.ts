/**
 * An API token of root@pam that may do everything and does not expire, as `user@realm!name=secret`; undefined where
 * `/etc/pve` has none.
 */
export function readyToken(config: Readonly<Record<string, string>>): string | undefined {
  const secrets = new Map(
    (config['priv/token.cfg'] ?? '').split('\n').map((line) => {
      const [id = '', secret = ''] = line.split(' ')
      return [id, secret]
    }),
  )
  for (const line of (config['user.cfg'] ?? '').split('\n')) {
    // token:<user>!<name>:<expire>:<privilege separation>:<comment>:
    const [kind, id = '', expire, privsep] = line.split(':')
    const secret = secrets.get(id)
    if (kind !== 'token' || !id.startsWith('root@pam!') || !secret) continue
    if (Number(expire) === 0 && privsep === '0') return `${id}=${secret}`
  }
  return undefined
}
