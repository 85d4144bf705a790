import { failed } from '../../../engine/fault.js'
import { handle, type Handler } from '../../../engine/handle.js'
import { isTrue } from '../../config-text.js'
import { requireDigest } from '../../require-digest.js'
import { shownRepository, withEnabled } from './repository.js'
import { repositoryNotes } from './repository-notes.js'
import { readSourceFiles, suiteOf, writeSourceFile } from './source-files.js'
import { isStandard, newRepository, standardRepositories } from './standard-repositories.js'

const path = '/nodes/{node}/apt/repositories'

// proxmox-apt api.rs: list_repositories
const list = handle('GET', path, ({ cluster, node }) => {
  const { files, errors, digest } = readSourceFiles(cluster, node)
  const suite = suiteOf(cluster)
  const present = files.flatMap(({ repositories }) => repositories)
  return {
    files: files.map((file) => ({
      path: file.path,
      'file-type': file.path.endsWith('.sources') ? 'sources' : 'list',
      repositories: file.repositories.map(shownRepository),
      digest: [...file.digest],
    })),
    errors,
    digest,
    infos: repositoryNotes(files, suite),
    'standard-repos': standardRepositories(suite).map((standard) => {
      const found = present.filter((repository) => isStandard(repository, standard, suite))
      const { handle: id, name, description } = standard
      const status = found.some(({ enabled }) => enabled) ? 1 : 0
      return { handle: id, ...(found.length > 0 && { status }), name, description }
    }),
  }
})

// proxmox-apt api.rs: add_repository_handle
const add = handle('PUT', path, ({ params, cluster, node }) => {
  const { files, errors, digest } = readSourceFiles(cluster, node)
  requireDigest(digest, params.digest)
  const suite = suiteOf(cluster)
  const standard = standardRepositories(suite).find((one) => one.handle === params.handle)
  if (!standard) {
    throw failed(
      `no standard repository for handle '${params.handle}' on host product 'pve' and suite '${suite}'`,
    )
  }
  for (const file of files) {
    const index = file.repositories.findIndex((one) => isStandard(one, standard, suite))
    const present = file.repositories[index]
    if (!present) continue
    if (!present.enabled) {
      const repositories = file.repositories.with(index, withEnabled(present, true))
      writeSourceFile(cluster, node, { path: file.path, repositories })
    }
    return
  }
  const created = newRepository(standard, suite)
  const unread = errors.find((one) => one.path === created.path)
  if (unread) throw failed(`unable to parse existing file ${unread.path} - ${unread.error}`)
  const others = files.find((one) => one.path === created.path)?.repositories ?? []
  const repositories = [...others, created.repository]
  writeSourceFile(cluster, node, { path: created.path, repositories })
})

// proxmox-apt api.rs: change_repository
const change = handle('POST', path, ({ params, cluster, node }) => {
  const { files, errors, digest } = readSourceFiles(cluster, node)
  requireDigest(digest, params.digest)
  const unread = errors.find((one) => one.path === params.path)
  if (unread) throw failed(`unable to parse file ${unread.path} - ${unread.error}`)
  const file = files.find((one) => one.path === params.path)
  if (!file) throw failed(`invalid path - ${params.path}`)
  const index = Number(params.index)
  const present = index < 0 ? undefined : file.repositories[index]
  if (!present) throw failed(`invalid index - ${params.index}`)
  const changed =
    params.enabled === undefined ? present : withEnabled(present, isTrue(params.enabled))
  const repositories = file.repositories.with(index, changed)
  writeSourceFile(cluster, node, { path: file.path, repositories })
})

export const repositoryHandlers: readonly Handler[] = [list, add, change]
