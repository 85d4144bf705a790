import { snapshotTime } from '../storage/archive-name.js'
import { repositoryOf } from '../storage/plugins/remote.js'
import type { StorageEntry } from '../storage/storages.js'
import type { BackupRun } from './guest-backup.js'

/** VZDump/QemuServer.pm: get_and_check_pbs_encryption_config */
export function tellEncryption({ target, log }: BackupRun): void {
  if (!target || target.dumpdir !== undefined) return
  const { 'encryption-key': key, 'master-pubkey': master } = target.entry.options
  if (key !== undefined) {
    log.info(`enabling encryption${master === undefined ? '' : ' with master key feature'}`)
  } else if (master !== undefined) {
    log.warn(
      'backup target storage is configured with master-key, but no encryption key set! ' +
        'Ignoring master key settings and creating unencrypted backup.',
    )
  }
}

/** How the client of a backup server saves a machine without disks. VZDump/QemuServer.pm: archive_pbs */
export function clientCommand(
  { id, options }: StorageEntry,
  {
    archive,
    directory,
    hasFirewall,
  }: { readonly archive: string; readonly directory: string; readonly hasFirewall: boolean },
): string {
  const { namespace, 'encryption-key': key, 'master-pubkey': master } = options
  const [, vmid] = archive.split('/')
  return [
    `/usr/bin/proxmox-backup-client backup --repository ${repositoryOf(options)}`,
    `--backup-type vm --backup-id ${vmid} --backup-time ${snapshotTime(archive)}`,
    ...(namespace === undefined ? [] : [`--ns ${namespace}`]),
    ...(key === undefined ? [] : [`--keyfile /etc/pve/priv/storage/${id}.enc`]),
    ...(key === undefined || master === undefined
      ? []
      : [`--master-pubkey-file /etc/pve/priv/storage/${id}.master.pem`]),
    `qemu-server.conf:${directory}/qemu-server.conf`,
    ...(hasFirewall ? [`fw.conf:${directory}/qemu-server.fw`] : []),
  ].join(' ')
}
