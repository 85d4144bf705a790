import { failed } from '../../../engine/fault.js'

const mostDisks = 1024

/**
 * The lowest name `vm-<vmid>-disk-<n>` that none of `names` has.
 *
 * pve-storage Storage/Plugin.pm: get_next_vm_diskname
 */
export function nextDiskName(
  names: Iterable<string>,
  options: {
    readonly storage: string
    readonly vmid: number
    readonly isSubvolume: boolean
    /** Comes after the number: `.qcow2`. */
    readonly suffix: string
    /** Whether the type has subvolumes: then a number is taken whatever follows it. */
    readonly hasSubvolumes: boolean
  },
): string {
  const { storage, vmid, isSubvolume, suffix, hasSubvolumes } = options
  const pattern = hasSubvolumes
    ? new RegExp(`(?:vm|base|subvol|basevol)-${vmid}-disk-(\\d+)`)
    : new RegExp(`(?:vm|base)-${vmid}-disk-(\\d+)${suffix.replace('.', '\\.')}`)
  // Tells most of the names of a full storage apart at once.
  const own = `-${vmid}-disk-`
  const taken = new Set<number>()
  for (const name of names) {
    if (!name.includes(own)) continue
    const number = pattern.exec(name)?.[1]
    if (number !== undefined) taken.add(Number(number))
  }
  for (let number = 0; number < mostDisks; number += 1) {
    if (!taken.has(number))
      return `${isSubvolume ? 'subvol' : 'vm'}-${vmid}-disk-${number}${suffix}`
  }
  throw failed(`unable to allocate an image name for VM ${vmid} in storage '${storage}'`)
}
