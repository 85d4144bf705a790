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
}
