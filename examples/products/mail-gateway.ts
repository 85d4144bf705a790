import type { ProductExample } from '../example.js'

/** A node of Mail Gateway: who may log in, its services and what it did. */
export const mailGateway: ProductExample<'pmg'> = async ({ client: pmg, print }) => {
  print(`release ${(await pmg.version()).release}`)
  for (const { node } of await pmg.nodes()) print(node)

  await pmg.access.users.post({ userid: 'reader@pmg', role: 'audit', password: 'not-a-secret' })
  for (const { userid, role } of await pmg.access.users()) print(`${userid}: ${role}`)
  await pmg.access.users('reader@pmg').delete()

  const backup = await pmg.nodes('pmg').backup.post({ statistic: false })
  print(`backup: ${(await backup.done()).outcome}`)
  for (const { upid } of await pmg.nodes('pmg').tasks({ limit: 1 })) print(pmg.task(upid).type)
}
