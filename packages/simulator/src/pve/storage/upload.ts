import type { UploadedFile } from '../../engine/dispatch.js'
import { failed, invalidParameters } from '../../engine/fault.js'
import { handle, type Handler } from '../../engine/handle.js'
import type { Cluster } from '../cluster.js'
import { importFacts } from './import/import-facts.js'
import { hasRoom } from './room.js'
import type { NewFile } from './storages.js'
import { requirePlainImage, requireImage, requireOva } from './uploaded-image.js'

// pve-storage Storage.pm: ISO_EXT_RE_0, VZTMPL_EXT_RE_1, UPLOAD_IMPORT_EXT_RE_1
const accepted: Readonly<Record<string, { readonly names: RegExp; readonly mistake: string }>> = {
  iso: { names: /[^/]+\.(?:iso|img)$/i, mistake: 'wrong file extension' },
  vztmpl: {
    names: /[^/]+\.(?:tar(?!\.)|tar\.(?:gz|xz|zst|bz2))$/i,
    mistake: 'wrong file extension',
  },
  import: {
    names: /[\w.+=-]+\.(?:ova|qcow2|raw|vmdk)$/,
    mistake: 'invalid filename or wrong extension',
  },
}

/** Bytes. */
const copiedPerMillisecond = 500_000

// pve-storage API2/Storage/Status.pm: upload
const upload = handle('POST', '/nodes/{node}/storage/{storage}/upload', (context) => {
  const { params, cluster, node: executing, startTask } = context
  const { storage, content, checksum, 'checksum-algorithm': algorithm } = params
  const node = params.node
  const { storages } = cluster
  const entry = storages.requireEnabled(storage, node)
  if (entry.options.path === undefined) throw failed(`can't upload to storage type '${entry.type}'`)
  const source = params.tmpfilename
  if (!source) throw failed('missing temporary file name')
  const file = context.upload
  if (file?.path !== source) throw failed(`temporary file '${source}' does not exist`)
  const filename = normalizeName(params.filename)
  requireFileName(filename, content)
  if (![...entry.content].some((type) => type === content)) {
    throw failed(`storage '${storage}' does not support '${content}' content`)
  }
  const volid = `${storage}:${content}/${filename}`
  const target = storages.path(volid)
  const isLocal = node === executing
  const ssh = isLocal ? '' : sshOptions(node)
  const address = cluster.state.nodes.get(node)?.ip ?? node
  if (isLocal) storages.requireActive(storage, node)
  else requireRemote(cluster, { node, storage, ssh, address })

  return startTask('imgcopy', '', async (task) => {
    task.log(`starting file import from: ${source}`)
    if (algorithm !== undefined) {
      const got = file.checksum ?? ''
      const matches = got.toLowerCase() === (checksum ?? '').toLowerCase()
      task.log(`calculating checksum...${matches ? 'OK, checksum verified' : ''}`)
      if (!matches) throw failed(`checksum mismatch: got '${got}' != expect '${checksum}'`)
    }
    requireContent(file, { content, filename, log: (line) => task.log(line) })
    task.log(
      `target node: ${node}`,
      `target file: ${target}`,
      `file size is: ${file.size}`,
      isLocal
        ? `command: cp -- ${source} ${target}`
        : `command: /usr/bin/scp ${ssh} -p -- ${source} [${address}]:${shellQuote(target)}`,
    )
    await task.sleep(Math.ceil(file.size / copiedPerMillisecond))
    if (!hasRoom(storages, { volid, node, size: file.size })) {
      const refusal = isLocal
        ? `cp: error writing '${target}': No space left on device`
        : `scp: write remote "${target}": Failure`
      storages.free(volid, node)
      throw failed(`import failed: ${refusal}`)
    }
    storages.store(volid, {
      node,
      ...storedFacts(file, { content, filename }),
      ...(algorithm !== undefined &&
        file.checksum !== undefined && { checksums: { [algorithm]: file.checksum } }),
    })
    task.log('finished file import successfully')
  })
})

export const uploadHandlers: readonly Handler[] = [upload]

/** pve-storage Storage.pm: normalize_content_filename */
export function normalizeName(name: string): string {
  return name
    .replace(/\n$/, '')
    .replace(/^.*[/\\]/, '')
    .replaceAll(/[^\w.-]/g, '_')
}

/** Throws for a file name that does not suit the kind of content. */
export function requireFileName(filename: string, content: string): void {
  const rule = accepted[content]
  if (!rule) throw invalidParameters({ content: `upload content type '${content}' not allowed` })
  if (!rule.names.test(filename)) throw invalidParameters({ filename: rule.mistake })
}

/** Throws for a file that is not what its name says; what programs say on the way goes to `log`. */
export function requireContent(
  file: UploadedFile,
  {
    content,
    filename,
    log,
  }: {
    readonly content: string
    readonly filename: string
    readonly log: (line: string) => void
  },
): void {
  const format = /\.(ova|qcow2|raw|vmdk)$/.exec(filename)?.[1]
  if (content === 'iso') requirePlainImage(file)
  else if (content === 'import' && format === 'ova') requireOva(file, log)
  else if (content === 'import' && format !== undefined) requireImage(file, format)
}

/** What is kept of a file that was sent or fetched. */
export function storedFacts(
  file: UploadedFile,
  { content, filename }: { readonly content: string; readonly filename: string },
): Omit<NewFile, 'node'> {
  return content === 'import' ? importFacts(file, filename) : { size: file.size }
}

/** The storage of another node is made ready over SSH, which fails for a node that is not there. */
function requireRemote(
  cluster: Cluster,
  remote: {
    readonly node: string
    readonly storage: string
    readonly ssh: string
    readonly address: string
  },
): void {
  const { node, storage, ssh, address } = remote
  try {
    const state = cluster.node(node)
    if (!state.online || state.fault) throw failed(`${node} is out of reach`)
    cluster.storages.requireActive(storage, node)
  } catch {
    const command = `/usr/bin/ssh ${ssh} ${address} -- /usr/sbin/pvesm status --storage ${storage}`
    throw failed(
      `can't activate storage '${storage}' on node '${node}': command '${command}' failed: exit code 255\n`,
    )
  }
}

/** pve-cluster SSHInfo.pm: ssh_info_to_ssh_opts */
function sshOptions(node: string): string {
  return `-o 'BatchMode=yes' -o 'HostKeyAlias=${node}'`
}

function shellQuote(text: string): string {
  return /^[\w%+,./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
