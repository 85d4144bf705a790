import { failed } from '../../../engine/fault.js'
import { handle, type Handler } from '../../../engine/handle.js'
import type { CallContext } from '../../context.js'
import { requireVolumeAccess } from '../volume-access.js'
import type { ImportDescription, ImportWarning } from './import-description.js'
import { readVmx } from './read-vmx.js'

// pve-storage API2/Storage/Status.pm: get_import_metadata
export const importMetadata: Handler = handle(
  'GET',
  '/nodes/{node}/storage/{storage}/import-metadata',
  (context): Promise<ImportDescription> | ImportDescription => {
    const { params, cluster, rights } = context
    const { storages } = cluster
    const source: ImportSource = {
      storage: params.storage,
      volname: params.volume,
      volid: `${params.storage}:${params.volume}`,
    }
    requireVolumeAccess({ volid: source.volid }, { storages, rights })
    const { type, options } = storages.require(source.storage)
    if (type === 'esxi') return describeEsxiMachine(context, source)
    if (options.path === undefined) throw failed('storage does not support the importer API')
    return describeArchive(context, source)
  },
)

interface ImportSource {
  readonly storage: string
  readonly volname: string
  readonly volid: string
}

/** pve-storage Storage/DirPlugin.pm: get_import_metadata */
async function describeArchive(
  { cluster: { storages }, node }: CallContext<unknown>,
  { storage, volname, volid }: ImportSource,
): Promise<ImportDescription> {
  const { content, format } = storages.parse(volid)
  if (content !== 'import') throw failed(`invalid content type '${content}'`)
  if (format !== 'ova' && format !== 'ovf') throw failed('invalid format')
  const path = storages.path(volid)
  const isPacked = format === 'ova'
  const description = storages.volume(volid, node)?.stored.content
  if (description === undefined) {
    throw failed(
      isPacked
        ? `command 'tar -xO --wildcards '--occurrence=1' -f ${path} '*.ovf'' failed: exit code 2`
        : `can't open '${path}' - No such file or directory`,
    )
  }
  const { readOvf } = await import('./read-ovf.js')
  const { options, disks, net } = readOvf(description)
  const isEfi = options.bios === 'ovmf'
  const warnings: ImportWarning[] = [
    ...(isPacked ? [{ type: 'ova-needs-extracting' }] : []),
    ...(isEfi ? [{ type: 'efi-state-lost', key: 'bios', value: 'ovmf' }] : []),
  ]
  const sizeOf = (file: string, told: number | undefined): number | undefined => {
    if (isPacked) return told
    const image = storages.volume(`${storage}:import/${file}`, node)
    if (image) return image.stored.size
    const place = path.replace(/[^/]+$/, file)
    throw failed(`error parsing ${file}, file seems not to exist at ${place}`)
  }
  return {
    type: 'vm',
    source: volname,
    'create-args': options,
    disks: {
      ...Object.fromEntries(
        disks.map(({ drive, file, size: told }) => {
          const size = sizeOf(file, told)
          const image = isPacked ? `${volid}/${file}` : `${storage}:import/${file}`
          return [drive, { volid: image, ...(size !== undefined && { size }) }]
        }),
      ),
      ...(isEfi && { efidisk0: 1 as const }),
    },
    net,
    warnings,
  }
}

/** pve-storage Storage/ESXiPlugin.pm: get_import_metadata */
function describeEsxiMachine(
  { cluster: { storages }, node }: CallContext<unknown>,
  { storage, volname, volid }: ImportSource,
): ImportDescription {
  if (!/^[^/]+\/.*\.vmx$/.test(volname)) {
    throw failed(`volume '${volname}' does not look like an importable vm config`)
  }
  if (!storages.usage(storage, node)) throw failed(`storage '${storage}' is not activated`)
  const volume = storages.volume(volid, node)
  if (!volume) throw failed(`can't open '${storages.path(volid)}' - No such file or directory`)
  const files = [...storages.medium(storage, node).volumes()]
  return readVmx(volume.stored.content ?? '', {
    storage,
    path: volname,
    datastores: {
      sizeOf: (path) => files.find(({ name }) => name === path)?.size,
      // The host mounts a datastore by its name.
      resolve(path) {
        const [, datastore, rest] = /^\/vmfs\/volumes\/([^/]+)\/(.+)$/.exec(path) ?? []
        const beside = files.find(({ name }) => name.split('/')[1] === datastore)
        return beside && `${beside.name.split('/')[0]}/${datastore}/${rest}`
      },
    },
  })
}
