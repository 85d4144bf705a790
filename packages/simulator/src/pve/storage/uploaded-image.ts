import type { UploadedFile } from '../../engine/dispatch.js'
import { failed } from '../../engine/fault.js'

type Sent = Pick<UploadedFile, 'path' | 'beginning'>

/**
 * Throws for an image that reads from other files: whoever sends it must not get at what lies on the node.
 *
 * pve-storage Storage.pm: assert_iso_content; Storage/Plugin.pm: file_size_info
 */
export function requirePlainImage({ path, beginning }: Sent): void {
  if (!isQcow2(beginning) || beginning.length < 80) return
  if (beginning.readBigUInt64BE(8) !== 0n) {
    throw failed(`backing file not allowed for untrusted image '${path}'!`)
  }
  const version = beginning.readUInt32BE(4)
  // Bit 2 of the incompatible features: the content lies in a file of its own.
  if (version >= 3 && (beginning.readBigUInt64BE(72) & 4n) !== 0n) {
    throw failed(`${path}: 'data-file' references are not allowed!`)
  }
}

/** Throws for an image for import that is not what its name says. */
export function requireImage(file: Sent, format: string): void {
  const { beginning } = file
  const isVmdk = beginning.toString('latin1', 0, 4) === 'KDMV' || isDescriptor(beginning)
  if ((format === 'qcow2' && !isQcow2(beginning)) || (format === 'vmdk' && !isVmdk)) {
    throw failed('failed to query file information with qemu-img')
  }
  if (format === 'qcow2') requirePlainImage(file)
}

/** Throws for an archive without the description of a machine. */
export function requireOva(
  { path, members }: Pick<UploadedFile, 'path' | 'members'>,
  log: (line: string) => void,
): void {
  if (members.length === 0) {
    log('tar: This does not look like a tar archive')
    log('tar: Exiting with failure status due to previous errors')
    throw failed(`command 'tar -t -f ${path}' failed: exit code 2`)
  }
  if (!members.some(({ name }) => name.endsWith('.ovf')))
    throw failed('ova archive has no .ovf file inside')
}

function isQcow2(beginning: Buffer): boolean {
  return beginning.toString('latin1', 0, 4) === 'QFI\u00FB'
}

function isDescriptor(beginning: Buffer): boolean {
  return beginning.toString('latin1', 0, 21) === '# Disk DescriptorFile'
}
