import { hashPasswordSync } from '../pve/access/password.js'
import type { ClusterSnapshot } from '../pve/state.js'
import type { Seed, SeedDatastore, SeedUser } from '../seeds/seed.js'
import { newSnapshotFiles } from './store/new-snapshot.js'

/** Writes what a seed tells of users, rights and datastores into the files of a backup server. */
export function buildPbsSeed(
  host: ClusterSnapshot,
  { seed, now }: { readonly seed: Seed; readonly now: number },
): ClusterSnapshot {
  const stores = Object.entries(seed.datastores ?? {})
  const nodes = Object.fromEntries(
    Object.entries(host.nodes).map(([name, node]) => [
      name,
      {
        ...node,
        files: {
          ...Object.assign({}, ...stores.map(([store, data]) => storeFiles(store, { data, now }))),
          ...node.files,
        },
      },
    ]),
  )
  return {
    ...host,
    nodes,
    config: { ...accountFiles(seed), ...datastoreFile(stores), ...seed.files },
  }
}

/** Where a datastore lies unless the seed says otherwise. */
function pathOf(store: string, { path }: SeedDatastore): string {
  return path ?? `/mnt/datastore/${store}`
}

function datastoreFile(
  stores: readonly (readonly [string, SeedDatastore])[],
): Record<string, string> {
  if (stores.length === 0) return {}
  const sections = stores.map(([store, data]) => {
    const comment = data.comment === undefined ? '' : `\tcomment ${data.comment}\n`
    return `datastore: ${store}\n${comment}\tpath ${pathOf(store, data)}\n`
  })
  return { 'datastore.cfg': sections.join('\n') }
}

function storeFiles(
  store: string,
  { data, now }: { readonly data: SeedDatastore; readonly now: number },
): Record<string, string> {
  const root = pathOf(store, data)
  const files: Record<string, string> = { [`${root}/.lock`]: '' }
  for (const snapshot of data.snapshots ?? []) {
    const { time = new Date(now - 3_600_000).toISOString() } = snapshot
    Object.assign(files, newSnapshotFiles(root, { ...snapshot, time: Date.parse(time) / 1000 }))
  }
  return files
}

function accountFiles(seed: Seed): Record<string, string> {
  const users = Object.entries(seed.users ?? {})
  const sections = users.flatMap(([userid, user]) => [
    userSection(userid, user),
    ...Object.keys(user.tokens ?? {}).map((name) => `token: ${userid}!${name}\n`),
  ])
  const hashes = users.flatMap(([userid, { tokens = {} }]) =>
    Object.entries(tokens).map(
      ([name, { secret }]) => [`${userid}!${name}`, hashPasswordSync(secret)] as const,
    ),
  )
  const acl = (seed.acl ?? []).map(
    ({ path, role, user, token, propagate = true }) =>
      `acl:${Number(propagate)}:${path}:${token ?? user ?? ''}:${role}\n`,
  )
  return {
    ...(sections.length > 0 && { 'user.cfg': sections.join('\n') }),
    ...(hashes.length > 0 && { 'token.shadow': JSON.stringify(Object.fromEntries(hashes)) }),
    ...(acl.length > 0 && { 'acl.cfg': acl.join('') }),
  }
}

function userSection(userid: string, user: SeedUser): string {
  const { comment, email, enabled, expire, firstname, lastname } = user
  const options = { comment, email, enable: enabled, expire, firstname, lastname }
  const lines = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`\t${name} ${value}\n`],
  )
  return `user: ${userid}\n${lines.join('')}`
}
