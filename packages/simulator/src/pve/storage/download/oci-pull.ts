import { failed, faultText } from '../../../engine/fault.js'
import { handle, type Handler } from '../../../engine/handle.js'
import { encodeText } from '../../encoded-text.js'
import { hasRoom } from '../room.js'
import { normalizeName } from '../upload.js'
import { OciRegistry } from './oci-registry.js'

// pve-storage API2/Storage/Status.pm: oci_registry_pull
const pull = handle('POST', '/nodes/{node}/storage/{storage}/oci-registry-pull', (context) => {
  const { params, cluster, node, startTask } = context
  const { storages } = cluster
  const { storage, reference } = params
  const entry = storages.requireEnabled(storage, node)
  if (entry.options.path === undefined) {
    throw failed(`can't upload to storage type '${entry.type}', not a file based storage!`)
  }
  if (!entry.content.has('vztmpl')) {
    throw failed(`storage '${storage}' is not configured for content-type 'vztmpl'`)
  }
  const filename = `${normalizeName(params.filename ?? reference)}.tar`
  storages.requireActive(storage, node)
  const volid = `${storage}:vztmpl/${filename}`
  if (storages.volume(volid, node)) {
    throw failed(`refusing to override existing file '${filename}'`)
  }
  return startTask('ociregistrypull', encodeText(filename), async (task) => {
    const temporary = `${storages.path(volid)}.tmp.${Number.parseInt(task.upid.split(':')[2] ?? '', 16)}`
    const command = `skopeo copy docker://${reference} oci-archive:${temporary}`
    try {
      const registry = new OciRegistry(reference, task.signal)
      const { config, layers } = await registry.manifest()
      task.log('Getting image source signatures')
      let size = 0
      for (const layer of layers) {
        task.log(`Copying blob ${layer.digest}`)
        size += await registry.pull(layer)
      }
      task.log(`Copying config ${config.digest}`)
      size += await registry.pull(config)
      task.log('Writing manifest to image destination')
      if (!hasRoom(storages, { volid, node, size })) {
        throw failed(`write ${temporary}: no space left on device`)
      }
      storages.store(volid, { node, size })
    } catch (error) {
      task.log(fatal(cluster.clock.now(), faultText(error)))
      throw failed(`command '${command}' failed: exit code 1`)
    }
  })
})

// pve-manager API2/Nodes.pm: query_oci_repo_tags
const queryTags = handle(
  'GET',
  '/nodes/{node}/query-oci-repo-tags',
  async ({ params: { reference } }) => {
    try {
      return await new OciRegistry(reference).tags()
    } catch {
      throw failed(`command 'skopeo list-tags docker://${reference}' failed: exit code 1`)
    }
  },
)

export const ociHandlers: readonly Handler[] = [pull, queryTags]

/** How the program that copies images ends. */
function fatal(milliseconds: number, text: string): string {
  const time = new Date(milliseconds).toISOString().replace(/\.\d+/, '')
  return `time="${time}" level=fatal msg=${JSON.stringify(text)}`
}
