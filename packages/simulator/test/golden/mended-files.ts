/** Files by their path below `/etc/pve`. */
type Files = Readonly<Record<string, string>>

/**
 * What is undone after an exchange that ended in another way than recorded, by recording and exchange: so that the
 * exchanges after it can be compared all the same.
 */
export const mendedFiles: Readonly<
  Record<string, Readonly<Record<string, (files: Files) => Files>>>
> = {
  'guests/lxc': {
    // The recorded server could not add a mount point to a running container.
    'run/cfg-mp0': (files) => {
      const path = 'nodes/pve1/lxc/212.conf'
      return { ...files, [path]: (files[path] ?? '').replace(/^mp0: .*\n/m, '') }
    },
  },
  'guests/config-stopped': {
    // Two disks of one size that are made by one call get their numbers in any order.
    'unlink/setup': (files) => {
      const path = 'nodes/pve1/qemu-server/100.conf'
      const text = (files[path] ?? '').replace(
        /^(scsi2[12]): (.*)$/gm,
        (_line, name: string, rest: string) =>
          `${name === 'scsi21' ? 'scsi22' : 'scsi21'}: ${rest}`,
      )
      return { ...files, [path]: text }
    },
  },
}
