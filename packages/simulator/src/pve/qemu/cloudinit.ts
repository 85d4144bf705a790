import { handle, type Handler } from '../../engine/handle.js'
import { splitList } from '../config-text.js'
import { cloudinitData } from './cloudinit-data.js'
import { writeCloudinit } from './cloudinit-drive.js'
import { driveNames, isCloudinit, parseDrive } from './drive.js'
import { jobOfCall } from './vm-job.js'
import { optionData } from './vm-options.js'
import { requireUnlocked } from './vm.js'

/** What the cloud-init drive says and what it would say if it were written now. */
export const readCloudinit: Handler = handle(
  'GET',
  '/nodes/{node}/qemu/{vmid}/cloudinit',
  ({ params, cluster, node }) => {
    const { main, special } = cluster.qemu(node, Number(params.vmid)).config
    const written = new Map(special.get('cloudinit'))
    const added = written.get('added') ?? ''
    written.delete('added')

    const rows: Record<string, unknown>[] = splitList(added).map((key) => ({
      key,
      pending: show(key, main.get(key)) ?? null,
    }))
    for (const key of shownOptions) {
      const value = main.get(key)
      if (!isTrue(value) || added.includes(key)) continue
      const old = written.get(key)
      rows.push(
        isTrue(old)
          ? { key, value: show(key, old), pending: show(key, value) }
          : { key, value: show(key, value) },
      )
    }
    for (const key of written.keys()) {
      if (!isTrue(main.get(key))) rows.push({ key, delete: 1 })
    }
    return rows
  },
)

export const regenerateCloudinit: Handler = handle(
  'PUT',
  '/nodes/{node}/qemu/{vmid}/cloudinit',
  (context) => {
    const vm = context.cluster.qemu(context.node, Number(context.params.vmid))
    return vm.locked(() => {
      const config = vm.edit()
      requireUnlocked(config.main)
      const hasDrive = driveNames.some((name) => {
        const drive = parseDrive(name, config.main.get(name) ?? '')
        return drive !== undefined && isCloudinit(drive)
      })
      if (hasDrive) writeCloudinit(jobOfCall(context, vm), config)
    })
  },
)

export const dumpCloudinit: Handler = handle(
  'GET',
  '/nodes/{node}/qemu/{vmid}/cloudinit/dump',
  ({ params, cluster, node, rights }) => {
    const vmid = Number(params.vmid)
    return cloudinitData(params.type, {
      vmid,
      section: cluster.qemu(node, vmid).config.main,
      resolvConf: cluster.node(node).files['/etc/resolv.conf'] ?? '',
      masksPassword: !rights.has(`/vms/${vmid}`, 'VM.Config.Cloudinit'),
    })
  },
)

function show(name: string, value: string | undefined): string | number | undefined {
  if (value === undefined) return undefined
  return name === 'cipassword' ? masked : optionData(name, value)
}

const masked = '**********'

/** API2/Qemu.pm: $cloudinitoptions */
const shownOptions = [
  'cicustom',
  'cipassword',
  'citype',
  'ciupgrade',
  'ciuser',
  'nameserver',
  'searchdomain',
  'sshkeys',
] as const

/** What Perl takes for true. */
function isTrue(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0'
}
