/**
 * What the products' texts mean in HTTP, the first match first. The daemons give most of them with status 500, since a
 * `die` of a method carries none; the client's own codes (exists, locked, …) go before. A text that none matches is a
 * failure of the server.
 */
export const refusalTexts: readonly RefusalText[] = [
  // pve-common Tools.pm: get_host_address_family, of a node that the cluster does not have
  { status: 404, pattern: /^hostname lookup '.*' failed/ },
  // What a node asks of others itself: pve-storage API2/Storage/Status.pm: download_url; pve-common OCI.pm
  {
    status: 502,
    pattern:
      /^download failed|^pinging container registry|name resolution$|failed to connect|^command 'skopeo /,
  },
  // qemu-server QMPClient.pm, QemuServer.pm: vm_stop; AnyEvent::HTTP as pve-http-server proxies with it
  { status: 504, pattern: /\bgot timeout\b|\btimed out\b|\btimeout\b.*\breached\b/i },
  // qemu-server API2/Qemu.pm: check_vm_modify_config_perm; pve-access-control RPCEnvironment.pm; pve-storage Storage.pm:
  // check_volume_access
  {
    status: 403,
    pattern: /\bonly root\b|\bno permission\b|\bmissing privileges\b|\bpermission denied\b/i,
  },
  // pve-container API2/LXC/Status.pm: vm_resume, of what was not suspended; vm_suspend
  { status: 409, pattern: /^command 'lxc-checkpoint / },
  // pve-cluster Cluster.pm: check_cfs_is_mounted, check_quorum; pve-manager Ceph/Tools.pm: check_ceph_installed
  { status: 409, pattern: /\bno quorum\b|\bcluster not ready\b|^binary not installed\b/ },
  // qemu-server QemuServer.pm: vm_start, check_running; API2/Qemu.pm: destroy_vm; pve-container API2/LXC/Status.pm;
  // pve-guest-common AbstractConfig.pm: check_protection, snapshot_rollback; pve-access-control API2/Pool.pm
  {
    status: 409,
    pattern:
      /\balready\b|\b(?:is|not) running\b|\bwhile\b.*\brunning\b|\bof a running\b|\bis paused\b|\bdid not stop\b/i,
  },
  {
    status: 409,
    pattern:
      /\bprotect(?:ed|ion)\b|\bpending changes\b|\bis a template\b|\bwrong lock\b|\bused (?:by|in)\b|\bin[- ]use\b|\bcontains snapshots\b|\blinked clone|\bowned by other\b|\breferenced by\b|\bnot empty\b|\bis HA managed\b|\bHA managed\b|\breplicated\b|\breplication job\b|\bbelongs\b|\bdetach first\b|\boverride existing\b|\bno space left\b|\bis limited to\b|\bmax backup limit\b|\bsame node\b|\bblocked\b|\bsnapshot .*\bexists\b|\bis not active\b|\bhave(?: not)? been migrated\b|\bare still\b|\bnot configured\b|\bno QEMU guest agent\b|\bnot a pool member\b/i,
  },
  // pve-storage Storage.pm: parse_volume_id, storage_config; qemu-server, pve-container and pve-access-control: lookups
  {
    status: 404,
    pattern:
      /\bno such\b|\bnot exist|\bdoesn't exist\b|\bnot found\b|\bnot defined$|\b(?:unable to|could not|cannot) find\b|\bno\b.*\bfound\b|\bunable to open file\b|\bnon-existent\b|\bno \S+ configuration available\b|\bno rule at position\b|^RRD error: opening/i,
  },
  // pve-common JSONSchema.pm, SectionConfig.pm; pve-storage Plugin.pm; qemu-server QemuServer/Drive.pm: what a value is not
  {
    status: 422,
    pattern:
      /\binvalid\b|\billegal\b|\bunable to (?:parse|delete|modify|use|clone|create|detect|get|restore|rename|rollback|allocate|shrink)\b|\b(?:un|not )(?:supported|expected)\b|\bunknown\b|\bmissing\b|\brequire[sd]?\b|\bmust\b|\bwrong\b|\bbad\b|\bneeds? to be\b|\bfailed to (?:parse|decode|stat)\b|\bdoes(?: not|n't|n’t) (?:look|support|seems?|match|contain|allow)\b|\bdo not match\b/i,
  },
  {
    status: 422,
    pattern:
      /\bcan(?:not|'t)\b|\bnot (?:a|an|available|compatible|possible|allowed|implemented|valid|setup)\b|(?<!-)\bonly\b|\btoo (?:large|small|many|old|long|short|deep)|\bno (?:options|password|command|storage ID|prune-backups)\b|\bduplicate\b|\bambiguous\b|\bmismatch\b|\bdid not match\b|\bsupports?\b|\btype check\b|\boutside\b|\bshrink|\bvalue without key\b|\bstarts? with\b|\bproperty\b|\bbut not both\b|\bsocket for\b|\bdeclared\b|\bnothing to\b/i,
  },
]

interface RefusalText {
  readonly status: number
  readonly pattern: RegExp
}
