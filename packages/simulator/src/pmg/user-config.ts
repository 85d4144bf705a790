import type { ConfigTree } from '../engine/config-tree.js'
import type { Cluster } from '../pve/cluster.js'

const path = 'user.conf'

/** A user as `user.conf` has him: text throughout. */
export interface PmgUser {
  readonly userid: string
  readonly enable: string
  readonly expire: string
  readonly crypt_pass: string
  readonly role: string
  readonly email: string
  readonly firstname: string
  readonly lastname: string
  readonly keys: string
  readonly comment: string
}

const columns = [
  'enable',
  'expire',
  'crypt_pass',
  'role',
  'email',
  'firstname',
  'lastname',
  'keys',
] as const

/** Of root, who is always there, only what the file adds. pmg-api PMG/UserConfig.pm: $fixup_root_properties */
const root: PmgUser = {
  userid: 'root@pam',
  enable: '1',
  expire: '0',
  crypt_pass: '',
  role: 'root',
  email: '',
  firstname: '',
  lastname: '',
  keys: '',
  comment: 'Unix Superuser',
}

export function readUsers(config: ConfigTree): ReadonlyMap<string, PmgUser> {
  return config.parse(path, parseUsers)
}

/** pmg-api PMG/UserConfig.pm: write_user_conf */
export function writeUsers(config: ConfigTree, users: ReadonlyMap<string, PmgUser>): void {
  const lines = [...users.values()].map((user) => {
    const values = columns.map((name) => user[name])
    const comment = user.comment.split('\n')[0] ?? ''
    return `${comment === '' ? '' : `#${comment}\n`}${user.userid}:${values.join(':')}:\n`
  })
  config.write(path, lines.join(''))
}

/** pmg-api PMG/UserConfig.pm: read_user_conf */
function parseUsers(text: string): ReadonlyMap<string, PmgUser> {
  const users = new Map<string, PmgUser>([[root.userid, root]])
  let comment = ''
  for (const line of text.split('\n')) {
    const remark = /^#(.*)$/.exec(line)?.[1]
    if (remark !== undefined) {
      comment = remark
      continue
    }
    const [name = '', ...values] = line.split(':')
    if (values.length !== columns.length + 1) continue
    const userid = name.includes('@') ? name : `${name}@pmg`
    const [enable = '', expire = '', password = '', role = '', ...rest] = values
    const [email = '', firstname = '', lastname = '', keys = ''] = rest
    const user = { email, firstname, lastname, keys }
    if (userid === 'root@pam' || userid === 'root@pmg') {
      users.set(root.userid, { ...root, ...user })
    } else {
      const account = { enable: enable || '0', expire: expire || '0', crypt_pass: password, role }
      users.set(userid, { userid, ...account, ...user, comment })
    }
    comment = ''
  }
  return users
}

/** What somebody may do here; undefined for whoever may not log in. pmg-api PMG/AccessControl.pm: check_user_enabled */
export function roleOf({ config }: Cluster, userid: string): string | undefined {
  if (userid === 'root@pam') return 'root'
  if (userid.endsWith('@quarantine')) return 'quser'
  const user = readUsers(config).get(userid)
  return user?.enable === '1' ? user.role : undefined
}
