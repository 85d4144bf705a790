/** What went wrong, for programs to branch on; the messages are the server's and may change. */
export type ErrorCode =
  | 'not-found'
  | 'exists'
  | 'locked'
  | 'permission'
  | 'digest-conflict'
  | 'node-unreachable'

/** Reads the code out of what the products say; `undefined` where it is none of these. */
export const errorCodeOf = (message: string, status?: number): ErrorCode | undefined => {
  if (status === 403) return 'permission'
  // pve-http-server AnyEvent.pm: proxy_request, as AnyEvent::HTTP numbers what failed
  if (status !== undefined && status >= 595 && status <= 599) return 'node-unreachable'
  return (
    texts.find(({ pattern }) => pattern.test(message))?.code ??
    (status === 404 ? 'not-found' : undefined)
  )
}

const texts: readonly { readonly code: ErrorCode; readonly pattern: RegExp }[] = [
  // pve-common Tools.pm: assert_if_modified; proxmox-backup: detect_modified_configuration_file; qemu-server
  // PVE/API2/Qemu.pm: update_vm_api has words of its own
  {
    code: 'digest-conflict',
    pattern: /^(?:detected modified configuration|checksum mismatch \(file change)/,
  },
  // pve-guest-common AbstractConfig.pm: check_lock; pve-common Tools.pm: lock_file; pve-cluster Cluster.pm: cfs_lock;
  // proxmox-backup pbs-datastore/src/backup_info.rs: lock_manifest
  {
    code: 'locked',
    pattern:
      /\b(?:VM|CT) is locked\b|got lock (?:request )?timeout|can't lock file|[Uu]nable to acquire (?:\w+ )?lock/,
  },
  { code: 'permission', pattern: /^(?:Permission|permission) check failed/ },
  { code: 'exists', pattern: /\balready (?:exists?|defined)\b/i },
  {
    code: 'not-found',
    pattern:
      /\bdoes not exists?\b|\bunable to find (?:configuration file|VM)\b|' not found!?$|^no such |: no such |^No such /,
  },
  {
    code: 'node-unreachable',
    pattern: /^(?:Connection (?:refused|timed out)|No route to host|hostname lookup .* failed)/,
  },
]
