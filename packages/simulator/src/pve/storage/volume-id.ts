import { failed } from '../../engine/fault.js'

/** A volume id taken apart: `local:iso/x.iso` is `iso/x.iso` on `local`. */
export interface VolumeId {
  readonly storage: string
  readonly name: string
}

const pattern = /^([a-z][a-z0-9\-_.]*[a-z0-9]):(.+)$/i

/** Takes a volume id apart; undefined for other text, such as a path. */
export function splitVolumeId(volid: string): VolumeId | undefined {
  const match = pattern.exec(volid)
  return match ? { storage: match[1] ?? '', name: match[2] ?? '' } : undefined
}

/**
 * Takes a volume id apart; throws the vendor's text for anything else.
 *
 * pve-storage Storage/Plugin.pm: parse_volume_id
 */
export function parseVolumeId(volid: string): VolumeId {
  const parts = splitVolumeId(volid)
  if (!parts) throw failed(`unable to parse volume ID '${volid}'`)
  return parts
}
