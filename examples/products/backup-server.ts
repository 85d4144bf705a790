import { ApiError } from '@proxkit/client'
import type { ProductExample } from '../example.js'

/** Which backups a datastore holds, what of them is missing its check, and the upkeep of it. */
export const backupServer: ProductExample<'pbs'> = async ({ client: pbs, print }) => {
  for (const { store } of await pbs.admin.datastore()) {
    const datastore = pbs.admin.datastore(store)
    const { total, used } = await datastore.status()
    print(`${store} uses ${used} of ${total}`)
    for (const group of await datastore.groups()) {
      print(`${group['backup-type']}/${group['backup-id']}: ${group['backup-count']} snapshots`)
    }

    const verification = await datastore.verify.post({ 'ignore-verified': true })
    print(`verification: ${(await verification.done()).outcome}`)
    const unverified = (await datastore.snapshots()).filter(
      ({ verification: last }) => last?.state !== 'ok',
    )
    print(`without a good check: ${unverified.length}`)

    const kept = await datastore.prune.post({
      'backup-type': 'vm',
      'backup-id': '100',
      'keep-last': 1,
      'dry-run': true,
    })
    print(`pruning would keep ${kept.filter(({ keep }) => keep).length} of ${kept.length}`)

    const collection = await datastore.gc.post()
    const { outcome } = await collection.done({
      onLog: (line) => {
        if (line.includes('Removed garbage')) print(line.replace(/^\S+ /, ''))
      },
    })
    print(`garbage collection: ${outcome}`)
  }

  await pbs.config.prune.post({
    id: 'nightly',
    store: 'store1',
    schedule: '02:30',
    'keep-daily': 7,
  })
  print(`jobs: ${(await pbs.config.prune()).map(({ id }) => id).join(', ')}`)
  await pbs.config.datastore('store1').put({ tuning: { 'chunk-order': 'inode' } })
  print(`tuning: ${(await pbs.config.datastore('store1').get()).tuning}`)

  try {
    await pbs.admin.datastore('archive').status()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    print(`${error.code}: ${error.message}`)
  }
}
