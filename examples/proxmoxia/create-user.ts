import type { Example } from '../example.js'

/** A user is created where there is none yet. */
export const createUser: Example = async ({ pve, print }) => {
  const userid = 'andrew.bunday@pve'
  for (const attempt of [1, 2]) {
    const users = await pve.access.users()
    const isKnown = users.some((user) => user.userid === userid)
    print(`attempt ${attempt}: ${isKnown ? 'known' : 'new'}`)
    if (isKnown) continue
    await pve.access.users.post({ userid, comment: 'test user', password: 'strawberries' })
  }
}
