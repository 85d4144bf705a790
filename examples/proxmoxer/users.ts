import type { Example } from '../example.js'

/** A user with a token, a group and a permission. */
export const users: Example = async ({ pve, print }) => {
  const userid = 'testuser@pve'
  await pve.access.users.post({ userid, password: 'userpassword', comment: 'Test user account' })
  const token = await pve.access.users(userid).token('mytoken').post({ comment: 'API access' })
  print(`token ${token['full-tokenid']} has a secret: ${token.value.length > 30}`)

  await pve.access.acl.put({ path: '/vms/100', roles: 'PVEVMAdmin', users: userid })
  await pve.access.groups.post({ groupid: 'developers', comment: 'Developer team' })
  await pve.access.users(userid).put({ groups: ['developers'] })
  const { members } = await pve.access.groups('developers')()
  print(`members: ${members.join(', ')}`)
}
