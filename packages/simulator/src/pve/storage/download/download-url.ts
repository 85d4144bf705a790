import { failed, invalidParameters } from '../../../engine/fault.js'
import { handle, type Handler } from '../../../engine/handle.js'
import { encodeText } from '../../encoded-text.js'
import { normalizeName, requireFileName } from '../upload.js'
import { readAppliances } from './appliances.js'
import { downloadFile } from './download-file.js'
import { connectionFault, fetchUrl } from './fetch-url.js'

// pve-storage API2/Storage/Status.pm: download_url
const downloadUrl = handle('POST', '/nodes/{node}/storage/{storage}/download-url', (context) => {
  const { params, cluster, node, startTask } = context
  const { storage, content, url, compression } = params
  const entry = cluster.storages.requireEnabled(storage, node)
  if (entry.options.path === undefined) {
    throw failed(`can't upload to storage type '${entry.type}', not a file based storage!`)
  }
  if (![...entry.content].some((kind) => kind === content)) {
    throw failed(`storage '${storage}' is not configured for content-type '${content}'`)
  }
  const filename = normalizeName(params.filename)
  requireFileName(filename, content)
  cluster.storages.requireActive(storage, node)
  const { checksum, 'checksum-algorithm': algorithm } = params
  return startTask('download', encodeText(filename), async (task) => {
    if (compression && content !== 'iso') {
      throw failed(`decompression not supported for ${content}`)
    }
    await downloadFile(cluster, task, {
      url,
      node,
      content,
      volid: `${storage}:${content}/${filename}`,
      checksum: checksum && algorithm !== undefined ? { algorithm, expected: checksum } : undefined,
      compression: compression || undefined,
      verifyCertificates: params['verify-certificates'] !== '0',
    })
  })
})

// pve-manager API2/Nodes.pm: query_url_metadata
const queryUrlMetadata = handle('GET', '/nodes/{node}/query-url-metadata', async ({ params }) => {
  const { url } = params
  const answer = await fetchUrl(url, {
    method: 'HEAD',
    verifyCertificates: params['verify-certificates'] !== '0',
  }).catch((error: unknown) => {
    const { host, hostname, port, protocol } = new URL(url)
    const place = port === '' ? `${hostname}:${protocol === 'https:' ? 443 : 80}` : host
    throw failed(
      `invalid server response: '500 Can't connect to ${place} (${connectionFault(error)})'`,
    )
  })
  answer.resume()
  const { statusCode, statusMessage, headers } = answer
  if (statusCode !== 200) {
    throw failed(`invalid server response: '${statusCode} ${statusMessage}'`)
  }
  const disposition = headers['content-disposition'] ?? ''
  const filename =
    (/filename="([^"]*)"/.exec(disposition) ?? /filename=([^;]*)/.exec(disposition))?.[1] ??
    /^[^?]+\/([^?/]*)(?:\?.*)?$/.exec(url)?.[1]
  const size = Number(headers['content-length'] ?? 0)
  const mimetype = headers['content-type']?.replace(/;.*$/s, '')
  return { ...(filename && { filename }), ...(size && { size }), ...(mimetype && { mimetype }) }
})

// pve-manager API2/Nodes.pm: aplinfo
const listAppliances = handle('GET', '/nodes/{node}/aplinfo', ({ cluster, node }) =>
  [...readAppliances(cluster, node).values()].filter((row) => row.package !== 'pve-web-news'),
)

// pve-manager API2/Nodes.pm: apl_download
const downloadAppliance = handle('POST', '/nodes/{node}/aplinfo', (context) => {
  const { params, cluster, node, startTask } = context
  const { storage, template } = params
  const appliance = readAppliances(cluster, node).get(template)
  if (!appliance) throw invalidParameters({ template: 'no such template' })
  const entry = cluster.storages.requireEnabled(storage, node)
  const { type, location = '', sha512sum, md5sum } = appliance
  if (type !== 'openvz' && type !== 'lxc') throw failed(`unknown template type '${type}'`)
  if (!entry.content.has('vztmpl')) {
    throw failed(`storage '${storage}' does not support templates`)
  }
  return startTask('download', template, async (task) => {
    const expected = sha512sum ?? md5sum
    if (expected === undefined) throw failed('checksum required but not specified')
    await downloadFile(cluster, task, {
      url: location,
      node,
      content: 'vztmpl',
      volid: `${storage}:vztmpl/${template}`,
      checksum: { algorithm: sha512sum === undefined ? 'md5' : 'sha512', expected },
      verifyCertificates: true,
    })
  })
})

export const downloadHandlers: readonly Handler[] = [
  downloadUrl,
  queryUrlMetadata,
  listAppliances,
  downloadAppliance,
]
