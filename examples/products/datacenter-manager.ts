import type { ProductExample } from '../example.js'

/** Who may do what in Datacenter Manager, and its own tasks. */
export const datacenterManager: ProductExample<'pdm'> = async ({ client: pdm, print }) => {
  print(`version ${(await pdm.version()).version}`)

  await pdm.access.users.post({ userid: 'reader@pdm', comment: 'looks only' })
  await pdm.access.acl.put({ path: '/resource', role: 'Auditor', 'auth-id': 'reader@pdm' })
  for (const { userid, comment } of await pdm.access.users()) print(`${userid}: ${comment}`)
  for (const { path, roleid, ugid } of await pdm.access.acl())
    print(`${ugid}: ${roleid} on ${path}`)
  await pdm.access.users('reader@pdm').delete()
  print(`tasks: ${(await pdm.nodes('localhost').tasks()).length}`)
}
