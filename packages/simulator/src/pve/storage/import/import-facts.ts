import type { UploadedFile } from '../../../engine/dispatch.js'
import type { NewFile } from '../storages.js'

/** What is kept of an image or archive for import: how large its disks are to a guest, and what it says of the machine. */
export function importFacts(
  file: Pick<UploadedFile, 'size' | 'beginning' | 'members'>,
  name: string,
): Pick<NewFile, 'size' | 'used' | 'content' | 'disks'> {
  if (!name.endsWith('.ova')) return { size: virtualSize(file), used: file.size }
  const description = file.members.find((member) => member.name.endsWith('.ovf'))
  const disks = file.members
    .filter((member) => /\.(?:qcow2|raw|vmdk)$/.test(member.name))
    .map((member): [string, number] => [member.name, virtualSize(member)])
  return {
    size: file.size,
    ...(description && { content: description.beginning.toString() }),
    disks: Object.fromEntries(disks),
  }
}

/** Bytes that a guest sees of an image. */
function virtualSize({ beginning, size }: Pick<UploadedFile, 'size' | 'beginning'>): number {
  const magic = beginning.toString('latin1', 0, 4)
  // The heads of both formats tell it: in bytes, and in sectors.
  if (magic === 'QFI\u00FB' && beginning.length >= 32) return Number(beginning.readBigUInt64BE(24))
  if (magic === 'KDMV' && beginning.length >= 20) {
    return Number(beginning.readBigUInt64LE(12)) * sector
  }
  const extents = beginning.toString('latin1').matchAll(/^RW (\d+) \w+ "/gm)
  const isDescriptor = beginning.toString('latin1', 0, 21) === '# Disk DescriptorFile'
  return isDescriptor
    ? [...extents].reduce((sum, [, sectors]) => sum + Number(sectors) * sector, 0)
    : size
}

const sector = 512
