import { parseSize } from '../pve/guest/size.js'
import { splitVolumeId, type VolumeId } from '../pve/storage/volume-id.js'

/** A volume as a line of a guest's configuration names it. */
export interface NamedVolume extends VolumeId {
  /** Bytes. */
  readonly size: number | undefined
}

const volumeKey = /^(?:ide|sata|scsi|virtio|efidisk|tpmstate|unused|mp)\d+$|^rootfs$|^vmstate$/

/** The volume that a line of a guest's configuration names, if it names one. */
export function namedVolume(key: string, value: string | number): NamedVolume | undefined {
  if (!volumeKey.test(key)) return undefined
  const [first = '', ...options] = String(value).split(',')
  const id = splitVolumeId(first.replace(/^(?:file|volume)=/, ''))
  const size = options.find((option) => option.startsWith('size='))?.slice('size='.length)
  return id && { ...id, size: size === undefined ? undefined : parseSize(size) }
}
